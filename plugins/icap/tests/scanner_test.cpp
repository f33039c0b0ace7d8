// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <atomic>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <postern/testing.hpp>

#include "servers.h"

namespace postern::icap {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using postern::testing::Host;
using postern::testing::Plugin;
using postern::testing::Result;
using postern::testing::StandIn;
using Talk = StandIn::Talk;

const std::string unmodified = "ICAP/1.0 204 Unmodified\r\nISTag: \"x\"\r\nConnection: keep-alive\r\n\r\n";
const std::string page = "HTTP/1.0 403 Forbidden\r\nContent-Type: text/html\r\n\r\n";
const std::string block_page = "Encapsulated: res-hdr=0, res-body=" + std::to_string(page.size()) + "\r\n\r\n" + page + "4\r\nstop\r\n0\r\n\r\n";
const std::string options = "ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nService: Stand-in\r\nISTag: \"x\"\r\nPreview: 4\r\nAllow: 204\r\nEncapsulated: null-body=0\r\n\r\n";

std::string back(const std::string& body) {
  const std::string head = "HTTP/1.1 200 OK\r\nVia: x\r\n\r\n";
  return "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=" + std::to_string(head.size()) + "\r\n\r\n" + head + chunk_head(body.size()) + body + "\r\n0\r\n\r\n";
}

void answer_all(Talk& talk, const std::string& answer) {
  while (!read_request(talk).empty()) talk.say(answer);
}
Result answered(const std::string& answer, std::chrono::milliseconds time = std::chrono::seconds(20)) {
  StandIn server([&](Talk& talk) { answer_all(talk, answer); });
  Host host;
  host.option("server", server.endpoint()).timeout(time).part("a harmless part");
  return host.scan<Scanner>();
}
std::vector<std::string> names(const Result& result) {
  std::vector<std::string> all;
  for (const auto& f : result.findings) all.push_back(f.name);
  return all;
}

TEST(Icap, UnmodifiedIsClean) {
  for (const std::string& answer : {unmodified, back("a harmless part")}) {
    const Result result = answered(answer);
    EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
    EXPECT_THAT(result.findings, IsEmpty());
  }
}

TEST(Icap, AThreatOrAnotherBodyIsInfected) {
  EXPECT_THAT(names(answered("ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=2; Threat=Evil;\r\n" + block_page)), ElementsAre("Evil"));
  EXPECT_THAT(names(answered("ICAP/1.0 204 Lie\r\nX-Virus-ID: Evil\r\n\r\n")), ElementsAre("Evil"));
  EXPECT_THAT(names(answered("ICAP/1.0 200 OK\r\n" + block_page)), ElementsAre("unnamed"));
  EXPECT_THAT(names(answered(back("a harmless par!"))), ElementsAre("unnamed"));
  EXPECT_THAT(names(answered(back(""))), ElementsAre("unnamed"));
}

TEST(Icap, WhatTheServerCouldNotLookIntoIsNotClean) {
  const Result result = answered("ICAP/1.0 200 OK\r\nX-Infection-Found: Type=2; Resolution=2; Threat=Encrypted;\r\n" + block_page);
  EXPECT_EQ(result.rc, POSTERN_PARTIAL) << result.reason;
  EXPECT_THAT(names(result), ElementsAre("icap-not-examined"));
}

TEST(Icap, TakesNothingElseForClean) {
  const struct {
    std::string answer;
    postern_rc rc;
  } table[] = {{"garbage\r\n\r\n", POSTERN_E_IO}, {"HTTP/1.1 200 OK\r\n\r\n", POSTERN_E_IO}, {"ICAP/1.0 404 Service not found\r\nConnection: close\r\n\r\n", POSTERN_E_IO},
               {"ICAP/1.0 500 Server error\r\n\r\n", POSTERN_E_IO}, {"ICAP/1.0 503 Busy\r\n\r\n", POSTERN_E_UNAVAILABLE}, {"ICAP/1.0 206 Partial\r\n\r\n", POSTERN_E_IO},
               {"ICAP/1.0 100 Continue\r\n\r\n", POSTERN_E_IO}, {"ICAP/1.0 200 OK\r\n\r\n", POSTERN_E_IO}, {"ICAP/1.0 204 Unmod", POSTERN_E_TIMEOUT}};
  for (const auto& row : table) {
    const Result result = answered(row.answer, row.rc == POSTERN_E_TIMEOUT ? std::chrono::milliseconds(200) : std::chrono::seconds(20));
    EXPECT_EQ(result.rc, row.rc) << row.answer << ": " << result.reason;
    EXPECT_THAT(result.findings, IsEmpty());
  }
  for (const std::string& last : {std::string(), std::string("ICAP/1.0 204 Unmodified\r\n"), back("a harmless part").substr(0, 100)}) {
    StandIn dying([&](Talk& talk) {
      read_request(talk);
      talk.say(last);
    });
    Host host;
    host.option("server", dying.endpoint()).part("a harmless part");
    EXPECT_EQ(host.scan<Scanner>().rc, POSTERN_E_IO) << last;
  }
}

TEST(Icap, AnAnswerBeforeAllWasSeenIsNotClean) {
  StandIn hasty([](Talk& talk) {
    talk.say(unmodified);
    talk.wait_for_the_end();
  });
  Host host;
  host.option("server", hasty.endpoint()).part(std::string(30 << 20, 'x'));
  EXPECT_EQ(host.scan<Scanner>().rc, POSTERN_E_IO);
  StandIn right([](Talk& talk) {
    talk.say("ICAP/1.0 200 OK\r\nX-Virus-ID: Evil\r\nConnection: close\r\n" + block_page);
    talk.wait_for_the_end();
  });
  Host infected;
  infected.option("server", right.endpoint()).part(std::string(30 << 20, 'x'));
  EXPECT_THAT(names(infected.scan<Scanner>()), ElementsAre("Evil"));
}

// A server may send back what it reads, and waits until that is taken: neither waits for the other.
TEST(Icap, AnAnswerMayBeginBeforeAllWasSeen) {
  const std::string body(30 << 20, 'x'), answer = back(body);
  std::atomic<size_t> seen{0};
  StandIn echo([&](Talk& talk) {
    talk.say(answer.substr(0, answer.size() - 1));
    seen = read_request(talk).size();
    talk.say(answer.substr(answer.size() - 1));
  });
  Host host;
  host.option("server", echo.endpoint()).part(body);
  const Result result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_THAT(result.findings, IsEmpty());
  EXPECT_GT(seen, body.size());
}

TEST(Icap, KeepsItsConnectionAndReplacesOneThatWasClosed) {
  StandIn server([](Talk& talk) { answer_all(talk, unmodified); });
  Host host;
  host.option("server", server.endpoint());
  const auto part = host.part("a harmless part");
  auto plugin = Plugin::of<Scanner>(host);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(plugin.run(part).rc, POSTERN_OK);
  EXPECT_EQ(server.connections(), 1u);
  StandIn short_of_breath([](Talk& talk) {
    read_request(talk);
    talk.say(unmodified);
  });
  Host other;
  other.option("server", short_of_breath.endpoint());
  const auto same = other.part("a harmless part");
  auto again = Plugin::of<Scanner>(other);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(again.run(same).rc, POSTERN_OK);
  EXPECT_EQ(short_of_breath.connections(), 3u);
}

TEST(Icap, LetsTheServerDecideByAPreviewWhereThatIsWished) {
  std::mutex mutex;
  std::vector<std::string> seen;
  StandIn server([&](Talk& talk) {
    for (std::string request; !(request = read_request(talk)).empty();) {
      if (request.starts_with("OPTIONS")) {
        talk.say(options);
        continue;
      }
      if (request.find("ieof") == std::string::npos) {
        talk.say("ICAP/1.0 100 Continue\r\n\r\n");
        request += talk.read_until("0\r\n\r\n");
      }
      const std::scoped_lock lock(mutex);
      seen.push_back(request.substr(request.find("\r\n\r\n", request.find("Content-Length")) + 4));
      talk.say(unmodified);
    }
  });
  Host host;
  host.option("server", server.endpoint()).option("preview", "true");
  const auto part = host.part("a harmless part");
  auto plugin = Plugin::of<Scanner>(host);
  EXPECT_EQ(plugin.run(part).rc, POSTERN_OK);
  EXPECT_EQ(plugin.run(part).rc, POSTERN_OK);
  EXPECT_THAT(seen, ElementsAre("4\r\na ha\r\n0\r\n\r\nb\r\nrmless part\r\n0\r\n\r\n", "4\r\na ha\r\n0\r\n\r\nb\r\nrmless part\r\n0\r\n\r\n"));
  Host small;
  small.option("server", server.endpoint()).option("preview", "true").part("abc");
  EXPECT_EQ(small.scan<Scanner>().rc, POSTERN_OK);
  EXPECT_EQ(seen.back(), "3\r\nabc\r\n0; ieof\r\n\r\n");
}

TEST(Icap, AsksTheNextServerWhereOneFails) {
  StandIn server([](Talk& talk) { answer_all(talk, unmodified); });
  Host host;
  host.option("server", {"unix:/nonexistent/icap.sock", server.endpoint()}).part("a harmless part");
  EXPECT_EQ(host.scan<Scanner>().rc, POSTERN_OK);
  Host alone;
  alone.option("server", "unix:/nonexistent/icap.sock").part("a harmless part");
  EXPECT_EQ(alone.scan<Scanner>().rc, POSTERN_E_UNAVAILABLE);
}

TEST(Icap, TellsOfWhatIsOverItsLimit) {
  Host host;
  host.option("server", "unix:/nonexistent/icap.sock").option("limit", "10").part("a harmless part");
  const Result result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_PARTIAL);
  EXPECT_THAT(names(result), ElementsAre("icap-size-limit"));
}

TEST(Icap, TellsItsHealthByWhatTheServiceSaysOfItself) {
  StandIn server([](Talk& talk) { answer_all(talk, options); });
  Host host;
  host.option("server", server.endpoint());
  const auto health = Plugin::of<Scanner>(host).health();
  EXPECT_EQ(health.state, POSTERN_UP) << health.message;
  EXPECT_STREQ(health.engine, "Stand-in");
  EXPECT_STREQ(health.db_version, "\"x\"");
  Host wrong_method;
  wrong_method.option("server", server.endpoint()).option("method", "reqmod");
  EXPECT_EQ(Plugin::of<Scanner>(wrong_method).health().state, POSTERN_DOWN);
}

TEST(Icap, RefusesWhatIsNoServerOrService) {
  for (const auto& [name, value] : {std::pair("server", "icap://x/avscan"), std::pair("service", "icap://x/avscan y"), std::pair("service", "/avscan")}) {
    Host host;
    host.option(name, value);
    EXPECT_THROW(Plugin::of<Scanner>(host), Error) << value;
    EXPECT_EQ(host.option_errors().size(), 1u) << value;
  }
}

// ---- Debian's c-icap

class RealIcap : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (RealServer::is_installed()) server_ = new RealServer;
  }
  static void TearDownTestSuite() { delete std::exchange(server_, nullptr); }
  void SetUp() override {
    if (server_) return;
    if (std::getenv("POSTERN_REQUIRE_C_ICAP")) FAIL() << "c-icap is not installed";
    GTEST_SKIP() << "c-icap is not installed";
  }
  static Host& asks(Host& host, const std::string& service = "virus_scan") { return host.option("server", server_->endpoint()).option("service", service); }
  static RealServer* server_;
};
RealServer* RealIcap::server_ = nullptr;

const std::string eicar = std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-") + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

TEST_F(RealIcap, FindsAVirusWithBothMethodsWithAndWithoutPreview) {
  for (const char* method : {"respmod", "reqmod"})
    for (const char* preview : {"false", "true"}) {
      Host host;
      asks(host).option("method", method).option("preview", preview);
      const auto virus = host.part(eicar);
      auto plugin = Plugin::of<Scanner>(host);
      EXPECT_EQ(plugin.run(virus).findings.size(), 1u) << method << preview;
      Host clean;
      asks(clean).option("method", method).option("preview", preview).part("a harmless part " + std::string(100'000, 'x'));
      const Result result = clean.scan<Scanner>();
      EXPECT_EQ(result.rc, POSTERN_OK) << method << " preview " << preview << ": " << result.reason;
      EXPECT_THAT(result.findings, IsEmpty());
    }
}

TEST_F(RealIcap, KnowsWhatCameBackUnchanged) {
  Host host;
  asks(host, "echo").part("a harmless part");
  const Result result = host.scan<Scanner>();
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_THAT(result.findings, IsEmpty());
}

TEST_F(RealIcap, FailsWithoutTheServiceAndWithoutItsEngine) {
  Host missing;
  asks(missing, "nothing").part("a harmless part");
  EXPECT_EQ(missing.scan<Scanner>().rc, POSTERN_E_IO);
  EXPECT_EQ(Plugin::of<Scanner>(missing).health().state, POSTERN_DOWN);
  Host host;
  const auto part = asks(host).part("a harmless part");
  auto plugin = Plugin::of<Scanner>(host);
  EXPECT_EQ(plugin.health().state, POSTERN_UP);
  EXPECT_THAT(plugin.health().engine, HasSubstr("C-ICAP"));
  server_->clamd().kill();
  EXPECT_EQ(plugin.run(part).rc, POSTERN_E_IO);
  server_->clamd().start();
  EXPECT_EQ(plugin.run(part).rc, POSTERN_OK);
}

}  // namespace
}  // namespace postern::icap
