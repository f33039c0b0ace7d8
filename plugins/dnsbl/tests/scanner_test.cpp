// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <postern/testing.hpp>

#include "name_server.h"
#include "real_list.h"

namespace postern::dnsbl {
namespace {

using postern::testing::Finding;
using postern::testing::Host;
using postern::testing::Plugin;
using postern::testing::Result;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// Four lists that behave.
Said polite(const std::string& name) {
  if (name.ends_with("black.example"))
    return of_a_list(name, "black.example",
                     {{"4.3.2.1", {"127.0.0.2", "127.0.0.10"}},
                      {"8.b.d.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.2", {"127.0.0.3"}}});
  if (name.ends_with("white.example")) return of_a_list(name, "white.example", {{"4.3.2.1", {"127.0.5.1"}}});
  if (name.ends_with("uri.example"))
    return of_a_list(name, "uri.example",
                     {{"evil.com", {"127.0.0.6"}}, {"worse.com", {"127.0.0.2"}}, {"8.8.8.8", {"127.0.0.4"}}});
  return {};
}

struct Case {
  explicit Case(NameServer::Script script = polite,
                std::initializer_list<std::string> lists = {"black.example 127.0.0.2-3=3 127.0.0.10=0.5 127.0.0.11=9",
                                                            "allow:white.example as=white 127.0.*.1=-1.5"},
                std::initializer_list<std::string> uri_lists = {"uri.example 127.0.0.&2=2 127.0.0.&4=1"},
                const char* dns_timeout = "20s")
      : server(std::move(script)) {
    host.option("servers", server.endpoint()).option("dns-timeout", dns_timeout);
    if (lists.size()) host.option("lists", lists);
    if (uri_lists.size()) host.option("uri-lists", uri_lists);
  }
  Result scan(const std::string& client = "1.2.3.4", const std::string& mail = "Subject: x\r\n\r\nhello\r\n",
              const std::string& text = {}) {
    host.fact("client.addr", client);
    auto part = host.part(mail);
    if (!text.empty()) part.child(text).type("text/html");
    return host.scan<Scanner>();
  }

  NameServer server;
  Host host;
};

std::map<std::string, int32_t> scores(const Result& result) {
  std::map<std::string, int32_t> all;
  for (const Finding& f : result.findings) all[f.name] += f.score;
  return all;
}
std::vector<std::string> notes(const Result& result, const std::string& name) {
  std::vector<std::string> all;
  for (const auto& n : result.notes)
    if (n.name == name) all.push_back(n.value);
  return all;
}
using Scores = std::map<std::string, int32_t>;

TEST(Dnsbl, GivesThePointsOfEachCodeThatTheClientHas) {
  Case setup;
  const Result result = setup.scan();
  ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_EQ(scores(result), (Scores{{"DNSBL:black.example:127.0.0.2-3", 3000},
                                    {"DNSBL:black.example:127.0.0.10", 500},
                                    {"DNSBL:white:127.0.*.1", -1500}}));
  EXPECT_EQ(result.find("DNSBL:black.example:127.0.0.10")->category, POSTERN_CAT_SPAM);
  EXPECT_EQ(result.find("DNSBL:white:127.0.*.1")->category, POSTERN_CAT_TRUSTED);
  EXPECT_EQ(result.find("DNSBL:white:127.0.*.1")->text, "1.2.3.4");
  EXPECT_THAT(notes(result, "dnsbl.client"), ElementsAre("1.2.3.4 as the envelope says"));
  EXPECT_EQ(setup.server.times("2.0.0.127.uri.example"), 0u) << "no link, no question";
}

TEST(Dnsbl, AsksAboutIPv6NibbleByNibble) {
  Case setup;
  EXPECT_EQ(scores(setup.scan("2600::db8")), (Scores{{"DNSBL:black.example:127.0.0.2-3", 3000}}));
}

TEST(Dnsbl, AsksAboutTheDomainsOfLinksOnceEach) {
  Case setup(polite, {});
  const Result result = setup.scan("9.9.9.9", "Subject: x\r\n\r\n",
                                   "<a href='http://www.evil.com/'>x</a> http://a.evil.com http://worse.com "
                                   "http://www.w3.org/ <img src=//134744072/x> http://fine.com");
  ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_THAT(setup.server.asked(),
              UnorderedElementsAre("invalid.uri.example", "test.uri.example", "evil.com.uri.example",
                                   "worse.com.uri.example", "8.8.8.8.uri.example", "fine.com.uri.example"));
}

TEST(Dnsbl, NamesWhoseDomainsWereListed) {
  Case setup;
  const Result result =
      setup.scan("9.9.9.9", "Subject: x\r\n\r\n",
                 "http://www.evil.com http://worse.com http://8.8.8.8/ http://fine.com http://www.w3.org");
  EXPECT_EQ(scores(result), (Scores{{"URIBL:uri.example:127.0.0.&2", 2000}, {"URIBL:uri.example:127.0.0.&4", 1000}}))
      << "a row counts once";
  EXPECT_EQ(result.find("URIBL:uri.example:127.0.0.&2")->text, "evil.com, worse.com");
  EXPECT_EQ(result.find("URIBL:uri.example:127.0.0.&4")->text, "evil.com, 8.8.8.8");
  EXPECT_EQ(setup.server.times("w3.org.uri.example"), 0u);
  EXPECT_EQ(setup.server.times("fine.com.uri.example"), 1u);
}

TEST(Dnsbl, AsksNoListForNamesAboutAddresses) {
  Case setup(polite, {}, {"uri.example names-only 127.0.0.4=1"});
  const Result result = setup.scan("9.9.9.9", "Subject: x\r\n\r\n", "http://8.8.8.8/ http://fine.com");
  EXPECT_THAT(setup.server.asked(),
              UnorderedElementsAre("invalid.uri.example", "test.uri.example", "fine.com.uri.example"));
}

TEST(Dnsbl, NeverAsksAboutPrivateAddresses) {
  for (const char* address : {"10.1.2.3", "192.0.2.7", "fe80::1", "127.0.0.1", "unix"}) {
    Case setup;
    const Result result =
        setup.scan(address, "Subject: x\r\n\r\n", "http://10.0.0.1/ http://127.0.0.1/ http://server.local/");
    EXPECT_EQ(result.rc, POSTERN_OK);
    EXPECT_THAT(setup.server.asked(), IsEmpty()) << address;
    EXPECT_THAT(notes(result, "dnsbl.client").at(0), HasSubstr("none: "));
  }
}

TEST(Dnsbl, LooksBehindTrustedRelays) {
  Case setup;
  setup.host.option("trusted-networks", {"7.7.0.0/16", "2a00::/32"});
  const Result result = setup.scan("7.7.1.1",
                                   "Received: from a (b [IPv6:2a00::1])\r\n by c; date\r\nReceived: from a (b "
                                   "[1.2.3.4])\r\n by c; date\r\nSubject: x\r\n\r\n");
  EXPECT_EQ(result.findings.size(), 3u);
  EXPECT_THAT(notes(result, "dnsbl.client"), ElementsAre("1.2.3.4 from Received field 2"));
  Case always;
  always.host.option("client-address", "received");
  EXPECT_THAT(notes(always.scan("7.7.1.1", "Received: from a (b [1.2.3.4])\r\n by c; date\r\n\r\n"), "dnsbl.client"),
              ElementsAre("1.2.3.4 from Received field 1"));
}

TEST(Dnsbl, TellsOfAListThatDoesNotAnswerAndCountsTheOthers) {
  Case setup(
      [](const std::string& name) { return name.ends_with("white.example") ? Said{.rcode = SERVFAIL} : polite(name); });
  const Result result = setup.scan();
  EXPECT_EQ(result.rc, POSTERN_OK) << "a score without one list is a score";
  EXPECT_EQ(result.findings.size(), 2u);
  EXPECT_THAT(notes(result, "dnsbl.missing"),
              ElementsAre("white: every server is gone or says SERVFAIL, REFUSED or NOTIMP"));
}

TEST(Dnsbl, FailsWhereARequiredListDoesNotAnswer) {
  for (const Said& said : {Said{.rcode = SERVFAIL}, Said{.rcode = REFUSED}, listed({"127.255.255.254"})}) {
    Case setup([&](const std::string& name) { return name.ends_with("white.example") ? said : polite(name); },
               {"black.example 127.0.0.2=3", "allow:white.example required 127.0.*.1=-1"});
    const Result result = setup.scan();
    EXPECT_EQ(result.rc, said.rcode == NOERROR ? POSTERN_E_IO : POSTERN_E_UNAVAILABLE);
    EXPECT_THAT(result.reason, HasSubstr("a required list did not answer: white.example: "));
    EXPECT_THAT(result.findings, IsEmpty());
  }
}

TEST(Dnsbl, FailsWhereNoListAnswers) {
  Case silent([](const std::string&) { return Said{.silent = true}; },
              {"black.example 127.0.0.2=3", "allow:white.example as=white 127.0.*.1=-1"}, {}, "300ms"),
      wild([](const std::string&) { return listed({"127.0.0.2"}); });
  const Result unanswered = silent.scan(), lied = wild.scan();
  EXPECT_EQ(unanswered.rc, POSTERN_E_UNAVAILABLE);
  EXPECT_EQ(unanswered.reason, "no list answered: black.example: no answer in time; white: no answer in time");
  EXPECT_EQ(lied.rc, POSTERN_E_IO);
  EXPECT_THAT(lied.reason, HasSubstr("it lists what must never be listed (1.0.0.127)"));
  EXPECT_THAT(lied.findings, IsEmpty());
}

TEST(Dnsbl, TellsOfCodesWithoutPoints) {
  Case setup(polite, {"black.example 127.0.0.2=3"}, {});
  const Result result = setup.scan();
  EXPECT_EQ(result.findings.size(), 1u);
  EXPECT_THAT(notes(result, "dnsbl.without-points"), ElementsAre("black.example: 1.2.3.4 is 127.0.0.10"));
}

TEST(Dnsbl, TellsWhereItDidNotAskAboutEveryDomain) {
  Case setup;
  setup.host.option("uri-domains", "3");
  const Result result = setup.scan("9.9.9.9", "Subject: x\r\n\r\n",
                                   "http://a1.com http://a2.com http://a3.com http://a4.com http://worse.com");
  EXPECT_THAT(notes(result, "dnsbl.limit"), ElementsAre("3 of 5 domains were asked about"));
  EXPECT_EQ(result.findings.size(), 1u) << "the last is among them";
  EXPECT_EQ(result.rc, POSTERN_OK);
  Case cut;
  cut.host.option("uri-text-limit", "1KiB");
  EXPECT_THAT(
      notes(cut.scan("9.9.9.9", "Subject: x\r\n\r\n", "http://a1.com " + std::string(2000, 'x')), "dnsbl.limit"),
      ElementsAre("1 of 1 domains were asked about, found in the beginning of a long text"));
}

TEST(Dnsbl, HasNoTimeLeft) {
  Case setup;
  setup.host.timeout(std::chrono::milliseconds(0));
  EXPECT_EQ(setup.scan().rc, POSTERN_E_TIMEOUT);
  EXPECT_THAT(setup.server.asked(), IsEmpty());
}

TEST(Dnsbl, BlamesEachOptionWithItsPlace) {
  Host host;
  host.option("lists", {"good.example 127.0.0.2=1", "bad.example 127.0.0.2", "GOOD.example 127.0.0.3=1"})
      .option("uri-lists", "x.example 127.0.0.&0=1")
      .option("trusted-networks", {"10.0.0.0/8", "10.0.0.1/8"});
  host.option("servers", {"127.0.0.1:53", "resolver.example:53", "unix:/run/x"});
  EXPECT_THROW(Plugin::of<Scanner>(host), Error);
  std::vector<std::string> blamed;
  for (const auto& e : host.option_errors()) blamed.push_back(e.option + " " + std::to_string(e.nth));
  EXPECT_THAT(blamed, ElementsAre("lists 1", "lists 2", "uri-lists 0", "trusted-networks 1", "servers 1", "servers 2"));
  EXPECT_THAT(host.option_errors().at(1).text, HasSubstr("as=..."));
  Host empty;
  EXPECT_THROW(Plugin::of<Scanner>(empty), Error);
  EXPECT_THAT(empty.option_errors().at(0).text, HasSubstr("there is nothing to ask"));
}

TEST(Dnsbl, TellsTheStateOfItsLists) {
  std::atomic<int> broken{0};
  Case setup([&](const std::string& name) {
    return (broken > 0 && name.ends_with("white.example")) || broken > 1 ? Said{.rcode = SERVFAIL} : polite(name);
  });
  auto plugin = Plugin::of<Scanner>(setup.host);
  EXPECT_EQ(plugin.health().state, POSTERN_UP);
  EXPECT_EQ(plugin.health().db_entries, 3);
  EXPECT_THAT(plugin.health().engine, HasSubstr("c-ares "));
  EXPECT_EQ(setup.server.asked().size(), 6u) << "test entries are remembered";
  for (int now_broken : {1, 2}) {
    broken = now_broken;
    auto fresh = Plugin::of<Scanner>(setup.host);
    const auto health = fresh.health();
    EXPECT_EQ(health.state, now_broken == 1 ? POSTERN_DEGRADED : POSTERN_DOWN);
    EXPECT_THAT(std::string(health.message), HasSubstr("white: every server is gone or says SERVFAIL"));
  }
}

TEST(Dnsbl, IsDownWithoutARequiredList) {
  Case setup(
      [](const std::string& name) { return name.ends_with("white.example") ? listed({"127.0.0.2"}) : polite(name); },
      {"black.example 127.0.0.2=3", "allow:white.example required 127.0.*.1=-1"});
  const auto health = Plugin::of<Scanner>(setup.host).health();
  EXPECT_EQ(health.state, POSTERN_DOWN);
  EXPECT_STREQ(health.message, "white.example: it lists what must never be listed (1.0.0.127)");
}

// Every call to the host fails once: whatever it was, the job does not end in a success that lost something.
TEST(Dnsbl, NoticesFaultsOfTheHost) {
  for (uint64_t k = 1;; ++k) {
    Case setup;
    setup.host.fail_call(k, POSTERN_E_FAIL);
    const Result result = setup.scan("1.2.3.4", "Subject: x\r\n\r\n", "http://worse.com");
    if (!setup.host.injected()) {
      EXPECT_EQ(result.rc, POSTERN_OK);
      EXPECT_EQ(result.findings.size(), 4u);
      EXPECT_GT(k, 8u);
      break;
    }
    // The fact client.addr may be missing: then Received is read, and that is told.
    if (result.rc == POSTERN_OK) {
      EXPECT_THAT(notes(result, "dnsbl.client"), ElementsAre("none: no Received field")) << k;
      continue;
    }
    EXPECT_EQ(result.rc, POSTERN_E_FAIL) << k;
  }
}

// What operators of lists run, asked without a resolver between: it knows nothing but its zones.
TEST(Dnsbl, UnderstandsARealServerOfLists) {
  if (::access(RealList::program, X_OK) != 0) {
    if (std::getenv("POSTERN_REQUIRE_RBLDNSD")) FAIL() << "rbldnsd is not installed";
    GTEST_SKIP() << "rbldnsd is not installed";
  }
  const std::string soa = "$SOA 300 ns.example admin.example 1 300 300 300 60\n$NS 300 ns.example\n";
  const RealList real(
      {"black.example:ip4set:four", "black.example:ip6trie:six", "uri.example:dnset:names", "wild.example:ip4set:all"},
      {{"four", soa + ":127.0.0.2:listed\n127.0.0.2\n1.2.0.0/16 :127.0.0.5:range\n"},
       {"six", ":127.0.0.3:listed\n2600::/32\n"},
       {"names", soa + ":127.0.0.6:listed\ntest\n.evil.com\n"},
       {"all", soa + ":127.0.0.2:everybody\n0.0.0.0/1\n"}});
  const auto scan = [&](const char* client) {
    Host host;
    host.option("servers", real.endpoint()).fact("client.addr", client);
    host.option("lists", {"black.example 127.0.0.3=1 127.0.0.4-7=2", "wild.example 127.0.0.2=9"});
    host.option("uri-lists", "uri.example 127.0.0.&4=4");
    host.part("Subject: x\r\n\r\n").child("http://www.evil.com/ http://fine.com/").type("text/plain");
    return host.scan<Scanner>();
  };
  const Result four = scan("1.2.3.4"), six = scan("2600::1"), neither = scan("8.8.8.8");
  EXPECT_EQ(scores(four), (Scores{{"DNSBL:black.example:127.0.0.4-7", 2000}, {"URIBL:uri.example:127.0.0.&4", 4000}}))
      << four.reason;
  EXPECT_EQ(scores(six), (Scores{{"DNSBL:black.example:127.0.0.3", 1000}, {"URIBL:uri.example:127.0.0.&4", 4000}}))
      << six.reason;
  EXPECT_EQ(scores(neither), (Scores{{"URIBL:uri.example:127.0.0.&4", 4000}})) << neither.reason;
  EXPECT_THAT(notes(four, "dnsbl.missing"),
              ElementsAre("wild.example: it lists what must never be listed (1.0.0.127)"));
}

TEST(Dnsbl, ReadmeHasTheOptions) {
  std::ifstream in(POSTERN_SOURCE_DIR "/plugins/dnsbl/README.md");
  const std::string readme(std::istreambuf_iterator<char>(in), {});
  for (const postern_option& o : Scanner::options) {
    const bool is_list = (o.flags & POSTERN_OPT_LIST) != 0;
    const std::string row =
        "\n| `" + std::string(o.name) + "` | " + (is_list ? "" : "`" + std::string(o.deflt) + "` | ");
    EXPECT_THAT(readme, HasSubstr(row));
  }
}

}  // namespace
}  // namespace postern::dnsbl
