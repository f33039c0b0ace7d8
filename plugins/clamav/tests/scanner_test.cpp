// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <map>
#include <mutex>
#include <set>

#include <gtest/gtest.h>
#include <postern/testing.hpp>

#include "rude_clamd.h"

namespace postern::clamav {
namespace {

using postern::testing::Host;
using postern::testing::Plugin;
using postern::testing::Result;
using Answer = RudeClamd::Answer;
using Request = RudeClamd::Request;

std::string reply(const Request& r, std::string_view verdict) {
  return std::to_string(r.id) + ": " + (r.command == "FILDES" ? "fd[9]" : "stream") + ": " + std::string(verdict) +
         std::string(1, '\0');
}
Answer polite(const Request& r) {
  return {reply(r, r.data.find("virus") == std::string::npos ? "OK" : "Evil.Virus FOUND")};
}

Plugin open(Host& host) {
  return {host, Plugin::descriptor<Scanner>()};
}

// What a mail without virus comes to when clamd answers its one question like this.
Result answered_with(const std::function<Answer(const Request&)>& script,
                     std::chrono::milliseconds time = std::chrono::seconds(20)) {
  RudeClamd clamd(script);
  Host host;
  host.option("server", clamd.endpoint()).timeout(time);
  host.part("a harmless mail");
  return host.scan<Scanner>();
}
Result answered_with(const std::string& bytes) {
  return answered_with([&](const Request&) { return Answer{bytes + std::string(1, '\0'), true}; });
}

TEST(ClamavScanner, AsksAboutTheMailAndEachLeafOnce) {
  std::multiset<std::string> seen;
  RudeClamd clamd([&](const Request& r) {
    seen.insert(r.command + " " + r.data);
    return polite(r);
  });
  Host host;
  host.option("server", clamd.endpoint());
  auto mail = host.part("the whole mail, twice the mail");
  auto frame = mail.slice(0, 30).flags(POSTERN_PART_CONTAINER);
  frame.slice(4, 5);
  frame.slice(4, 5);
  mail.child("the whole mail, twice the mail");
  mail.child("");
  mail.child("ignored").flags(POSTERN_PART_SPECIAL);
  const auto infected = mail.child("a virus");
  const auto result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_EQ(seen,
            (std::multiset<std::string>{"FILDES the whole mail, twice the mail", "FILDES whole", "FILDES a virus"}));
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].name, "Evil.Virus");
  EXPECT_EQ(result.findings[0].category, POSTERN_CAT_MALWARE);
  EXPECT_EQ(result.findings[0].part, infected.handle());
}

// What clamd is asked about a mail with an archive of this type and so many defects.
std::multiset<std::string> asked(const std::string& type, uint32_t defects, const std::string& option = "skip", uint32_t flags = 0) {
  std::multiset<std::string> seen;
  RudeClamd clamd([&](const Request& r) {
    seen.insert(r.data);
    return polite(r);
  });
  Host host;
  host.option("server", clamd.endpoint()).option("opened-archives", option);
  auto archive = host.part("mail").child("archive").detected(type).defects(defects).flags(flags);
  archive.child("member");
  EXPECT_EQ(host.scan<Scanner>().rc, POSTERN_OK);
  return seen;
}

TEST(ClamavScanner, ExaminesAnArchiveThroughItsMembersOnlyWhereItWasOpenedToTheEnd) {
  const std::multiset<std::string> without{"mail", "member"}, with{"mail", "archive", "member"};
  EXPECT_EQ(asked("application/zip", 0), without);
  EXPECT_EQ(asked("application/zip", 1), with);
  EXPECT_EQ(asked("application/zip", 0, "skip", POSTERN_PART_TRUNCATED), with);
  EXPECT_EQ(asked("application/zip", 0, "skip", POSTERN_PART_ENCRYPTED), with);
  EXPECT_EQ(asked("application/zip", 0, "scan"), with);
  EXPECT_EQ(asked("application/vnd.openxmlformats-officedocument.wordprocessingml.document", 0), with);
}

TEST(ClamavScanner, DoesNotAskAgainWhatIsKnown) {
  std::multiset<std::string> seen;
  RudeClamd clamd([&](const Request& r) {
    seen.insert(r.data);
    return r.data == "unfinished" ? Answer{reply(r, "Heuristics.Limits.Exceeded.MaxFileSize FOUND")} : polite(r);
  });
  Host host;
  host.option("server", clamd.endpoint()).remember();
  auto mail = host.part("mail");
  mail.child("a virus");
  mail.child("a logo");
  mail.child("unfinished");
  auto plugin = open(host);
  const Result first = plugin.run(), second = plugin.run();
  EXPECT_EQ(seen.count("a virus"), 1u);
  EXPECT_EQ(seen.count("a logo"), 1u);
  EXPECT_EQ(seen.count("unfinished"), 2u) << "what was not examined to the end is not known";
  ASSERT_EQ(second.findings.size(), first.findings.size());
  EXPECT_TRUE(second.find("Evil.Virus"));
  EXPECT_EQ(second.rc, POSTERN_PARTIAL);
}

TEST(ClamavScanner, RemembersNothingOfSeveralServers) {
  int questions = 0;
  RudeClamd clamd([&](const Request& r) {
    ++questions;
    return polite(r);
  });
  Host host;
  host.option("server", {clamd.endpoint(), "unix:/nonexistent/clamd.sock"}).remember();
  host.part("mail");
  auto plugin = open(host);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(plugin.run().rc, POSTERN_OK);
  EXPECT_EQ(questions, 2);
}

TEST(ClamavScanner, StreamsWhereNoDescriptorIsGiven) {
  const std::string large(300000, 'x');
  std::map<int, std::string> streams;
  RudeClamd clamd([&](const Request& r) {
    EXPECT_EQ(r.command, "INSTREAM");
    streams[r.id] = r.data;
    return polite(r);
  });
  Host host;
  host.option("server", clamd.endpoint()).deny_descriptors();
  host.part("small").child(large);
  EXPECT_EQ(host.scan<Scanner>().rc, POSTERN_OK);
  EXPECT_EQ(streams[1], "small");
  EXPECT_EQ(streams[2], large);
}

TEST(ClamavScanner, KeepsItsSessionForTheNextMail) {
  RudeClamd clamd(polite);
  Host host;
  host.option("server", clamd.endpoint());
  host.part("a mail");
  auto plugin = open(host);
  for (int n = 0; n < 3; ++n) EXPECT_EQ(plugin.run().rc, POSTERN_OK);
  EXPECT_EQ(clamd.connections(), 1);
}

TEST(ClamavScanner, TriesOnceMoreWhenAReusedSessionHasDied) {
  // The second question of the first connection is never answered, as when clamd closes an idle session in that moment.
  RudeClamd clamd([](const Request& r) { return r.connection == 1 && r.id == 2 ? Answer{"", true} : polite(r); });
  Host host;
  host.option("server", clamd.endpoint());
  host.part("a mail");
  auto plugin = open(host);
  EXPECT_EQ(plugin.run().rc, POSTERN_OK);
  EXPECT_EQ(plugin.run().rc, POSTERN_OK);
  EXPECT_EQ(clamd.connections(), 2);
}

TEST(ClamavScanner, DoesNotTryAFreshSessionTwice) {
  RudeClamd clamd([](const Request&) { return Answer{"", true}; });
  Host host;
  host.option("server", clamd.endpoint());
  host.part("a mail");
  EXPECT_EQ(host.scan<Scanner>().rc, POSTERN_E_IO);
  EXPECT_EQ(clamd.connections(), 1);
}

TEST(ClamavScanner, TakesNothingButAnExactAnswerForClean) {
  for (const std::string bytes :
       {"", "OK", "stream: OK", "1: OK", "2: fd[9]: OK", "0: fd[9]: OK", "1: fd[9]: OK ", "1: fd[9]: OK\n",
        "1: fd[9]: OK\r\n", "1: fd[9]: Evil\r\nName FOUND", "1: fd[9]: cannot read ERROR", "HTTP/1.1 200 OK",
        "1: fd[9]: ok", "COMMAND READ TIMED OUT\n"}) {
    const auto result = answered_with(bytes);
    EXPECT_EQ(result.rc, POSTERN_E_IO) << bytes;
    EXPECT_FALSE(result.reason.empty());
    EXPECT_TRUE(result.findings.empty());
  }
}

TEST(ClamavScanner, TakesAnAnswerInPieces) {
  EXPECT_EQ(answered_with([](const Request& r) { return Answer{reply(r, "OK"), false, true}; }).rc, POSTERN_OK);
}

TEST(ClamavScanner, FailsOnACutAnswer) {
  const std::string whole = "1: fd[9]: OK";
  for (size_t n = 0; n <= whole.size(); ++n)
    EXPECT_EQ(answered_with([&](const Request&) { return Answer{whole.substr(0, n), true}; }).rc, POSTERN_E_IO) << n;
}

TEST(ClamavScanner, FailsOnTwoAnswersToOneQuestion) {
  EXPECT_EQ(answered_with([](const Request& r) { return Answer{reply(r, "OK") + reply(r, "Evil FOUND")}; }).rc,
            POSTERN_E_IO);
  EXPECT_EQ(answered_with([](const Request& r) { return Answer{reply(r, "OK") + "x"}; }).rc, POSTERN_E_IO);
}

TEST(ClamavScanner, FailsOnAnEndlessName) {
  EXPECT_EQ(answered_with([](const Request& r) {
              return Answer{reply(r, std::string(1 << 20, 'N') + " FOUND"), true};
            }).rc,
            POSTERN_E_IO);
}

TEST(ClamavScanner, FailsInTimeOnSilence) {
  EXPECT_EQ(answered_with([](const Request&) { return Answer{}; }, std::chrono::milliseconds(200)).rc,
            POSTERN_E_TIMEOUT);
  EXPECT_EQ(answered_with(polite, std::chrono::milliseconds(0)).rc, POSTERN_E_TIMEOUT);
}

TEST(ClamavScanner, DropsASessionWhoseAnswerIsLate) {
  RudeClamd clamd([](const Request& r) { return r.connection == 1 ? Answer{} : polite(r); });
  Host host;
  host.option("server", clamd.endpoint()).timeout(std::chrono::milliseconds(200));
  host.part("a mail");
  auto plugin = open(host);
  EXPECT_EQ(plugin.run().rc, POSTERN_E_TIMEOUT);
  host.timeout(std::chrono::seconds(20));
  EXPECT_EQ(plugin.run().rc, POSTERN_OK);
  EXPECT_EQ(clamd.connections(), 2);
}

TEST(ClamavScanner, TellsOfAVirusEvenWhenAnotherPartFails) {
  RudeClamd clamd([](const Request& r) {
    if (r.data == "unlucky") return Answer{reply(r, "Can't allocate memory ERROR")};
    return polite(r);
  });
  Host host;
  host.option("server", clamd.endpoint());
  auto mail = host.part("a mail");
  mail.child("unlucky");
  mail.child("virus");
  const auto result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_E_IO);
  EXPECT_NE(result.reason.find("Can't allocate memory"), std::string::npos);
  EXPECT_TRUE(result.find("Evil.Virus"));
}

TEST(ClamavScanner, TellsOfAVirusEvenWhenTheSessionBreaksAfterIt) {
  RudeClamd clamd([](const Request& r) { return r.id == 2 ? Answer{"garbage", true} : polite(r); });
  Host host;
  host.option("server", clamd.endpoint());
  host.part("virus").child("other");
  const auto result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_E_IO);
  EXPECT_TRUE(result.find("Evil.Virus"));
}

TEST(ClamavScanner, CallsAStreamOverTheLimitNotExaminedAndGoesOn) {
  RudeClamd clamd([](const Request& r) {
    if (r.data == "large")
      return Answer{std::to_string(r.id) + ": INSTREAM size limit exceeded. ERROR" + std::string(1, '\0'), true};
    return polite(r);
  });
  Host host;
  host.option("server", clamd.endpoint()).deny_descriptors();
  auto mail = host.part("a mail");
  const auto large = mail.child("large");
  mail.child("virus");
  const auto result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_PARTIAL) << result.reason;
  ASSERT_TRUE(result.find("clamav-size-limit"));
  EXPECT_EQ(result.find("clamav-size-limit")->part, large.handle());
  EXPECT_EQ(result.find("clamav-size-limit")->category, POSTERN_CAT_LIMIT);
  EXPECT_TRUE(result.find("Evil.Virus"));
}

TEST(ClamavScanner, DoesNotSendWhatClamdWouldOnlyPretendToExamine) {
  RudeClamd clamd(polite);
  Host host;
  host.option("server", clamd.endpoint()).option("limit", "10");
  host.part("0123456789").child("0123456789A virus");
  const auto result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_PARTIAL);
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].category, POSTERN_CAT_LIMIT);
}

TEST(ClamavScanner, EndsPartialWhenClamdReportsItsOwnLimit) {
  const auto result =
      answered_with([](const Request& r) { return Answer{reply(r, "Heuristics.Limits.Exceeded.MaxRecursion FOUND")}; });
  EXPECT_EQ(result.rc, POSTERN_PARTIAL);
  EXPECT_EQ(result.findings.at(0).category, POSTERN_CAT_LIMIT);
  EXPECT_EQ(result.findings.at(0).flags, uint32_t{POSTERN_FIND_HEURISTIC});
}

TEST(ClamavScanner, SendsThousandsOfPartsWithoutWaitingForEver) {
  RudeClamd clamd(polite);
  Host host;
  host.option("server", clamd.endpoint()).deny_descriptors();
  auto mail = host.part("a mail");
  for (int n = 0; n < 3000; ++n) mail.child("part " + std::to_string(n));
  mail.child("virus");
  const auto result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_EQ(result.findings.size(), 1u);
}

TEST(ClamavScanner, IsUnavailableWhenNobodyListens) {
  Host host;
  host.option("server", "unix:/nonexistent/clamd.sock");
  host.part("a mail");
  EXPECT_EQ(host.scan<Scanner>().rc, POSTERN_E_UNAVAILABLE);
}

TEST(ClamavScanner, AsksTheNextServerWhenOneFails) {
  RudeClamd broken([](const Request&) { return Answer{"garbage", true}; });
  RudeClamd good(polite);
  Host host;
  host.option("server", {"unix:/nonexistent/clamd.sock", broken.endpoint(), good.endpoint()});
  host.part("a virus");
  auto plugin = open(host);
  EXPECT_TRUE(plugin.run().find("Evil.Virus"));
  EXPECT_EQ(plugin.run().rc, POSTERN_OK);
  EXPECT_EQ(broken.connections(), 1) << "a server that failed rests for a while";
}

TEST(ClamavScanner, FailsWhateverHostCallFails) {
  RudeClamd clamd(polite);
  for (uint64_t k = 1;; ++k) {
    Host host;
    host.option("server", clamd.endpoint());
    host.part("a mail").child("virus");
    host.fail_call(k, POSTERN_E_IO);
    const auto result = host.scan<Scanner>();
    if (!host.injected()) {
      EXPECT_GT(k, 5u);
      EXPECT_EQ(result.rc, POSTERN_OK);
      break;
    }
    EXPECT_EQ(result.rc, POSTERN_E_IO) << "call " << k;
  }
}

TEST(ClamavScanner, RefusesAServerThatIsNone) {
  for (const char* wrong : {"clamd", "unix:relative", "host:0", "host:99999"}) {
    Host host;
    host.option("server", wrong);
    EXPECT_THROW(open(host), Error) << wrong;
    EXPECT_FALSE(host.option_errors().empty());
  }
}

TEST(ClamavHealth, TellsEngineAndDatabase) {
  RudeClamd clamd([](const Request& r) {
    const std::string id = std::to_string(r.id) + ": ";
    return Answer{id + (r.command == "PING" ? "PONG" : "ClamAV 1.4.6/27500/Sun Nov 22 08:31:02 2026") +
                  std::string(1, '\0')};
  });
  Host host;
  host.option("server", {"unix:/nonexistent/clamd.sock", clamd.endpoint()});
  const auto health = open(host).health();
  EXPECT_EQ(health.state, POSTERN_DEGRADED) << "the preferred server is down";
  EXPECT_STREQ(health.engine, "ClamAV 1.4.6");
  EXPECT_STREQ(health.db_version, "27500");
  EXPECT_GT(health.db_time, 0);
}

TEST(ClamavHealth, IsDownWhenClamdIsSilentOrTalksNonsense) {
  for (const char* nonsense : {"", "1: PONG", "2: PONG"}) {
    RudeClamd clamd([&](const Request&) { return Answer{nonsense + std::string(1, '\0')}; });
    Host host;
    host.option("server", clamd.endpoint());
    const auto health = open(host).health();
    EXPECT_EQ(health.state, POSTERN_DOWN);
    EXPECT_STRNE(health.message, "");
    EXPECT_FALSE(std::string(health.message).ends_with("; ")) << health.message;
  }
}

}  // namespace
}  // namespace postern::clamav
