// SPDX-License-Identifier: MIT
// The worker's side with a real companion in its cage.
#include "decode/unpacker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/failure.h"
#include "base/wire.h"
#include "decode/companion.h"
#include "decode/opening.h"
#include "plugin/loaded.h"

namespace postern::decode {
namespace {

using namespace std::chrono_literals;
using mail::Contents;
using mail::Part;
using plugin::Kind;
using support::Deadline;
using testing::ElementsAre;

class Bench : public testing::Test {
 protected:
  Bench() : toys_({plugin::instance(Kind::decoder, "toy", "toy")}, {POSTERN_TEST_PLUGINS}) {}

  Contents unpack(const std::string& text, Deadline deadline = Deadline::in(60s)) {
    if (!unpacker) unpacker.emplace(UnpackerSettings{{limits.memory, limits.bytes + limits.min_bytes}, toys_.prepared.of(Kind::decoder), {}, &types});
    mail.log_id = "test";
    mail.content = base::Content::of(text);
    return unpacker->unpack(mail, limits, deadline);
  }
  std::string text(const Contents& contents, size_t part) const {
    return std::string(contents.bytes(contents.parts().at(part), mail.content.bytes()));
  }
  static std::vector<std::string> paths(const Contents& contents) {
    std::vector<std::string> all;
    for (const Part& p : contents.parts()) all.push_back(p.path);
    return all;
  }
  static std::string defect(const Contents& contents, size_t part) {
    const auto& defects = contents.parts().at(part).defects;
    return defects.empty() ? "" : std::string(mail::name(defects.front().kind)) + " " + defects.front().code;
  }
  static size_t open_descriptors() {
    const auto all = std::filesystem::directory_iterator("/proc/self/fd");
    return static_cast<size_t>(std::distance(begin(all), end(all)));
  }

  Limits limits;
  TypeDetector types;
  mail::ReceivedMail mail;
  plugin::Loaded toys_;
  std::optional<Unpacker> unpacker;
};

// A record as the companion would write it, as an argument of the toy's "say".
std::string forged(Record kind, const std::string& payload) {
  const std::string bytes =
      base::WireWriter().u32(static_cast<uint32_t>(payload.size())).u32(static_cast<uint32_t>(kind)).bytes() + payload;
  std::string out;
  for (const char c : bytes) {
    char hex[4];
    ::snprintf(hex, sizeof hex, "%%%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += hex;
  }
  return out;
}

TEST_F(Bench, BringsTheSameTreeAsOpeningInProcess) {
  const std::string script =
      "toy\nchild one\nchild toy%0Achild inner%0Aclaim 1234567\ngrandchild abcdef\nslice 3\nfill 400000";
  const Contents contents = unpack(script);

  class Silent final : public Recorder {
    void part(const Part&) override {}
    void part_name(uint32_t, const std::string&) override {}
    void detected(uint32_t, const std::string&) override {}
    void opened(uint32_t, const std::string&) override {}
    void flags(uint32_t, uint32_t) override {}
    void defect(uint32_t, const mail::Defect&) override {}
    void trying(uint32_t, uint32_t) override {}
  } recorder;
  Arena arena(base::UniqueFd(::memfd_create("arena", MFD_CLOEXEC)));
  Budget budget(limits, script.size(), Deadline::never());
  const auto decoders = toys_.prepared.of(Kind::decoder);
  const std::vector<Part> expected = open_all(script, arena, budget, {decoders, types, {}}, recorder);

  ASSERT_EQ(contents.parts().size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    const Part &a = contents.parts()[i], &b = expected[i];
    EXPECT_EQ(a.path, b.path);
    EXPECT_EQ(a.parent, b.parent);
    EXPECT_EQ(a.depth, b.depth);
    EXPECT_EQ(a.flags, b.flags);
    EXPECT_EQ(a.decoder, b.decoder);
    EXPECT_EQ(a.detected_type, b.detected_type);
    EXPECT_EQ(a.defects.size(), b.defects.size());
    EXPECT_EQ(text(contents, i), part_bytes(b, script, arena)) << a.path;
  }
}

TEST_F(Bench, AnEmptyMailIsOnePart) {
  EXPECT_THAT(paths(unpack("")), ElementsAre("0"));
}

TEST_F(Bench, ACompanionKilledBetweenTwoMailsIsReplaced) {
  EXPECT_EQ(unpack("toy\nchild a").parts().size(), 2u);
  const pid_t first = unpacker->companion();
  ASSERT_GT(first, 0);  // 0 would be all of us
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  const Contents contents = unpack("toy\nchild b");
  EXPECT_EQ(text(contents, 1), "b");
  EXPECT_EQ(defect(contents, 0), "");
  EXPECT_NE(unpacker->companion(), first);
}

TEST_F(Bench, ACompanionKilledInTheMiddleCostsOneAttemptTwoMarkThePart) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may look into a process that is not dumpable";
  unpack("");
  // The first two companions that are found blocked on the part are killed; in between, one is started anew by the
  // unpacker.
  std::jthread killer([&, parent = ::getpid()] {
    const std::string children = "/proc/self/task/" + std::to_string(parent) + "/children";
    pid_t killed = 0;
    for (int deaths = 0; deaths < 2;) {
      std::ifstream list(children);
      pid_t child = 0;
      if (!(list >> child) || child == killed) {
        std::this_thread::yield();
        continue;
      }
      // Blocked in poll without end: inside the decoder.
      std::ifstream call("/proc/" + std::to_string(child) + "/syscall");
      std::string number, descriptors;
      if (!(call >> number >> descriptors) || number != "7" || descriptors != "0x0") {
        std::this_thread::yield();
        continue;
      }
      ::kill(child, SIGKILL);
      killed = child;
      ++deaths;
    }
  });
  const Contents contents = unpack("toy\nchild toy%0Ablock\nchild toy%0Achild fine");
  EXPECT_EQ(defect(contents, 1), "crashed decoder-crashed");
  EXPECT_THAT(paths(contents), ElementsAre("0", "1", "2", "2.1"));
  EXPECT_EQ(text(contents, 3), "fine");
}

TEST_F(Bench, ADecoderThatDiesTwiceIsMarkedOnThatPartAndTheRestIsOpened) {
  const Contents contents = unpack("toy\nchild toy%0Aabort\nchild toy%0Achild fine");
  EXPECT_EQ(defect(contents, 1), "crashed decoder-crashed");
  EXPECT_THAT(paths(contents), ElementsAre("0", "1", "2", "2.1"));
}

TEST_F(Bench, TooManyDeathsLeaveTheMailUnopenedAndSayingSo) {
  std::string script = "toy\n";
  for (int i = 0; i < 10; ++i) script += "child toy%0Aabort\n";
  const Contents contents = unpack(script);
  EXPECT_THAT(paths(contents), ElementsAre("0"));
  EXPECT_EQ(defect(contents, 0), "crashed unpacker-crashed");
}

TEST_F(Bench, AnOverrunIsATimeLimitWithWhatWasFound) {
  limits.time = 300ms;
  const Contents contents = unpack("toy\nchild found\nchild toy%0Amany 2000%0Ablock");
  ASSERT_GE(contents.parts().size(), 1u);
  bool limited = false;
  for (const Part& p : contents.parts())
    for (const mail::Defect& d : p.defects) limited |= d.kind == mail::DefectKind::limit;
  EXPECT_TRUE(limited);
}

TEST_F(Bench, AMailThatHadLessThanItsTimeIsDeferredAndNotOverItsLimit) {
  EXPECT_THROW(unpack("toy\nchild found\nblock", Deadline::in(50ms)), base::TemporaryFailure);
}

TEST_F(Bench, AnOverrunWithBytesStillInTheProcessIsNoError) {
  limits.time = 300ms;
  // Enough records that some are told while the bytes of their parts are not yet in the arena.
  const Contents contents = unpack("toy\nmany 600\nblock");
  EXPECT_GT(contents.parts().size(), 100u);
  EXPECT_EQ(defect(contents, 0), "limit limit-time");
  for (const Part& p : contents.parts()) {
    if (p.source != Part::Source::arena) continue;
    EXPECT_LE(p.offset + p.size, contents.arena().size());
  }
}

TEST_F(Bench, WhatATakenOverCompanionSaysIsNotBelieved) {
  for (const std::string& lie :
       {forged(Record::detected, base::WireWriter().u32(99).text("text/plain").take()), forged(Record::part, "cut off"),
        forged(static_cast<Record>(77), ""), forged(Record::scanned, base::WireWriter().i32(0).text("").take()),
        std::string("%ff%ff%ff%ff%00%00%00%00")}) {
    const Contents contents = unpack("toy\nchild toy%0Asay " + [&] {
      std::string twice;
      for (const char c : lie) twice += c == '%' ? "%25" : std::string(1, c);
      return twice;
    }());
    bool crashed = false;
    for (const Part& p : contents.parts())
      for (const mail::Defect& d : p.defects) crashed |= d.kind == mail::DefectKind::crashed;
    EXPECT_TRUE(crashed) << lie;
    const Contents next = unpack("toy\nchild next");
    EXPECT_EQ(text(next, 1), "next") << "the mail after it";
  }
}

TEST_F(Bench, ATreeThatEndsTooEarlyDoesNotSpillIntoTheNextMail) {
  unpack("toy\nsay " + forged(Record::decoded, base::WireWriter().u64(0).take()) + "\nchild late");
  const Contents next = unpack("toy\nchild next");
  bool whole = next.parts().size() == 2 && text(next, 1) == "next";
  bool marked = false;
  for (const Part& p : next.parts()) marked |= !p.defects.empty();
  EXPECT_TRUE(whole || marked);
}

TEST_F(Bench, AThousandMailsLeakNeitherDescriptorsNorMemory) {
  const std::string script = "toy\nchild one\nfill 100000";
  for (int i = 0; i < 50; ++i) unpack(script);
  const size_t descriptors = open_descriptors();
  rusage before{}, after{};
  ::getrusage(RUSAGE_SELF, &before);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(unpack(script).parts().size(), 3u);
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_EQ(open_descriptors(), descriptors);
#ifndef POSTERN_SANITIZED  // freed memory is kept in quarantine there
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 8 * 1024) << "KiB";
#endif
}

TEST_F(Bench, TheCompanionEndsWithItsUnpacker) {
  unpack("");
  const pid_t companion = unpacker->companion();
  unpacker.reset();
  EXPECT_EQ(::kill(companion, 0), -1);
}

}  // namespace
}  // namespace postern::decode
