// SPDX-License-Identifier: MIT
#include <postern/testing.hpp>

#include <gtest/gtest.h>

namespace {

using postern::testing::Host;
using postern::testing::Plugin;

// Finds a word in every part, the way a scanner for the whole mail walks the tree.
class WordScanner {
 public:
  static constexpr postern_option options[] = {
      postern::option("word", POSTERN_T_STRING, nullptr, "what to look for", POSTERN_OPT_REQUIRED),
      postern::option("limit", POSTERN_T_SIZE, "1KiB", "larger parts are not looked at", 1, 1 << 20),
      postern::option("servers", POSTERN_T_STRING, nullptr, "a list", POSTERN_OPT_LIST)};
  static constexpr bool whole = true;

  explicit WordScanner(const postern::Config& config)
      : word_(config.text("word")),
        limit_(static_cast<uint64_t>(config.number("limit"))),
        servers_(config.list("servers")) {
    if (word_ == "forbidden") config.reject("word", "may not be that");
  }
  void scan(postern::Job& job, const postern::Part& part) {
    if (job.time_left().count() <= 0) throw postern::Error(POSTERN_E_TIMEOUT, "no time");
    if (part.size() > limit_)
      job.partial();
    else if (part.text().find(word_) != std::string_view::npos)
      job.malware("Word." + word_, part);
    for (const postern::Part& child : part.children()) scan(job, child);
    if (part.depth() == 0) job.note("servers", std::to_string(servers_.size()));
  }
  postern::Health health() { return {POSTERN_UP, 7, 1, "word", "1", ""}; }
  static std::optional<postern::Engine> engine(const postern::Config& config, std::string_view directory) {
    if (config.has("servers")) return std::nullopt;
    return postern::Engine{{"/bin/words"}, "dir " + std::string(directory), "", "servers"};
  }

 private:
  std::string word_;
  uint64_t limit_;
  std::vector<std::string> servers_;
};

// Each line becomes a child; the last one is a slice.
class LineDecoder {
 public:
  explicit LineDecoder(const postern::Config&) {}
  int probe(postern::Job&, const postern::Part& part) {
    return part.text().find('\n') == std::string_view::npos ? 0 : 80;
  }
  void decode(postern::Job& job, const postern::Part& part) {
    std::string_view all = part.text();
    size_t at = 0;
    for (size_t end = 0; (end = all.find('\n', at)) != std::string_view::npos; at = end + 1) {
      postern::Child child = job.open({.parent = part.handle(), .name = "line", .mime_type = "text/plain"});
      child.write(all.substr(at, end - at));
      if (all.substr(at, end - at) == "stop") throw postern::Error(POSTERN_E_BROKEN, "told to stop");
      child.close();
    }
    postern::Child rest = job.open({.parent = part.handle(), .role = "epilogue"});
    rest.slice(at, all.size() - at);
    rest.close();
  }
};

class Echo {
 public:
  explicit Echo(const postern::Config&) {}
  void notify(postern::Job& job) {
    for (const auto& rcpt : job.attrs("mail.rcpt")) job.log(2, rcpt);
  }
};

TEST(TestingHost, RunsAScannerOverATreeBuiltInMemory) {
  Host host;
  host.option("word", "evil").option("servers", {"a", "b"});
  auto mail = host.part("a mail");
  auto attachment = mail.child("so evil").type("application/pdf").name("x.pdf");
  const auto result = host.scan<WordScanner>();
  EXPECT_EQ(result.rc, POSTERN_OK);
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].part, attachment.handle());
  EXPECT_EQ(result.findings[0].name, "Word.evil");
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_EQ(result.notes[0].value, "2");
}

TEST(TestingHost, ParsesValuesAndDefaultsByTheDeclaredType) {
  Host small;
  small.option("word", "x").option("limit", "4");
  small.part("12345x");
  EXPECT_EQ(small.scan<WordScanner>().rc, POSTERN_PARTIAL);
  Host normal;
  normal.option("word", "x");
  normal.part(std::string(1024, 'x'));
  EXPECT_EQ(normal.scan<WordScanner>().findings.size(), 1u);
}

TEST(TestingHost, RefusesWhatPosternWouldRefuse) {
  const auto refused = [](auto prepare) {
    Host host;
    prepare(host);
    EXPECT_THROW(Plugin(host, Plugin::descriptor<WordScanner>()), postern::Error);
    ASSERT_EQ(host.option_errors().size(), 1u);
  };
  refused([](Host&) {});
  refused([](Host& h) { h.option("word", "x").option("wrod", "x"); });
  refused([](Host& h) { h.option("word", "x").option("limit", "2MiB"); });
  refused([](Host& h) { h.option("word", {"x", "y"}); });
  refused([](Host& h) { h.option("word", "forbidden"); });
}

TEST(TestingHost, LetsADecoderMakeChildrenAndClosesWhatItLeavesOpen) {
  Host host;
  auto mail = host.part("one\nstop\nrest");
  const auto cut = host.decode<LineDecoder>();
  EXPECT_EQ(cut.rc, POSTERN_E_BROKEN);
  EXPECT_EQ(cut.reason, "told to stop");
  ASSERT_EQ(cut.children.size(), 2u);
  EXPECT_EQ(host.node(cut.children[0]).bytes(), "one");
  EXPECT_EQ(host.node(cut.children[1]).flags(), static_cast<uint32_t>(POSTERN_PART_TRUNCATED));
  EXPECT_EQ(mail.children().size(), 2u);

  Host whole;
  auto other = whole.part("one\ntwo");
  const auto result = whole.decode<LineDecoder>();
  EXPECT_EQ(result.rc, POSTERN_OK);
  EXPECT_EQ(whole.node(result.children[1]).bytes().data(), other.bytes().data() + 4) << "a slice is the same memory";
  EXPECT_EQ(whole.node(result.children[1]).role(), "epilogue");
  EXPECT_EQ(Plugin(whole, Plugin::descriptor<LineDecoder>()).probe(other), 80);
}

TEST(TestingHost, KeepsAQuotaOnceItIsReached) {
  Host host;
  host.quota(2, 100);
  host.part("1\n2\n3\n4");
  const auto result = host.decode<LineDecoder>();
  EXPECT_EQ(result.rc, POSTERN_E_QUOTA);
  EXPECT_EQ(result.children.size(), 2u);
}

TEST(TestingHost, CanFailEveryCallAPluginMakes) {
  uint64_t k = 1;
  for (;; ++k) {
    Host host;
    host.part("one\ntwo\nrest");
    host.fail_call(k, POSTERN_E_MEMORY);
    const auto result = host.decode<LineDecoder>();
    if (!host.injected()) {
      EXPECT_EQ(result.rc, POSTERN_OK);
      break;
    }
    EXPECT_EQ(result.rc, POSTERN_E_MEMORY) << "call " << k;
  }
  EXPECT_EQ(k, 12u) << "info and map, then open, write or slice, close for each of three children";
}

TEST(TestingHost, GivesADescriptorOfExactlyThePartUnlessDenied) {
  struct Reader {
    explicit Reader(const postern::Config&) {}
    void scan(postern::Job& job, const postern::Part& part) {
      char buffer[16];
      const ssize_t n = ::pread(part.fd(), buffer, sizeof buffer, 0);
      job.note("read", std::string_view(buffer, static_cast<size_t>(n)));
    }
  };
  Host host;
  auto mail = host.part("abcdef");
  auto middle = mail.slice(2, 3);
  EXPECT_EQ(Plugin(host, Plugin::descriptor<Reader>()).run(middle).notes.at(0).value, "cde");
  host.deny_descriptors();
  EXPECT_EQ(host.scan<Reader>().rc, POSTERN_E_DENIED);
}

TEST(TestingHost, HandsFactsToANotifierWithoutAMail) {
  Host host;
  host.fact("mail.rcpt", "a@example.org").fact("mail.rcpt", "b@example.org");
  EXPECT_EQ(host.notify<Echo>().rc, POSTERN_OK);
  ASSERT_EQ(host.log().size(), 2u);
  EXPECT_EQ(host.log()[1].text, "b@example.org");
}

TEST(TestingHost, TellsThatTimeIsUp) {
  Host host;
  host.option("word", "x").timeout(std::chrono::milliseconds(0));
  host.part("x");
  const auto result = host.scan<WordScanner>();
  EXPECT_EQ(result.rc, POSTERN_E_TIMEOUT);
  EXPECT_EQ(result.reason, "no time");
}

TEST(TestingHost, AnswersAStaleHandleAsStale) {
  static postern_job kept = 0;
  static const postern_host* table = nullptr;
  struct Keeper {
    explicit Keeper(const postern::Config&) {}
    void scan(postern::Job& job, const postern::Part&) {
      kept = job.handle();
      table = job.host();
    }
  };
  Host host;
  auto mail = host.part("x");
  host.scan<Keeper>();
  postern_bytes out{};
  EXPECT_EQ(table->part_map(kept, mail.handle(), &out), POSTERN_E_STALE);
}

TEST(TestingHost, AsksForHealthAndEngine) {
  Host host;
  host.option("word", "x");
  EXPECT_STREQ(Plugin(host, Plugin::descriptor<WordScanner>()).health().engine, "word");
  const auto order = host.engine<WordScanner>("/d");
  ASSERT_TRUE(order);
  EXPECT_EQ(order->argv, std::vector<std::string>{"/bin/words"});
  EXPECT_EQ(order->config, "dir /d");
  host.option("servers", "a");
  EXPECT_FALSE(host.engine<WordScanner>("/d"));
}

TEST(TestingHost, RunsCommandsThroughAFunctionOfTheTest) {
  struct Runner {
    explicit Runner(const postern::Config&) {}
    void scan(postern::Job& job, const postern::Part& part) {
      const auto ran = job.spawn({"/bin/scan", "-"}, part.handle(), 4);
      job.note("out", ran.out);
      if (ran.output_cut) job.partial();
    }
  };
  Host host;
  host.part("input");
  EXPECT_EQ(host.scan<Runner>().rc, POSTERN_E_DENIED) << "not offered";
  host.spawn([](const std::vector<std::string>& argv, std::string_view in) {
    EXPECT_EQ(argv[0], "/bin/scan");
    return postern::testing::Ran{.out = "saw " + std::string(in)};
  });
  const auto result = host.scan<Runner>();
  EXPECT_EQ(result.rc, POSTERN_PARTIAL);
  EXPECT_EQ(result.notes.at(0).value, "saw ");
}

}  // namespace
