// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <postern/testing.hpp>

#include "rspamd.h"

namespace postern::rspamd {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using postern::testing::Finding;
using postern::testing::Host;
using postern::testing::Plugin;
using postern::testing::Result;

std::string http(const std::string& body, const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\nServer: rspamd/3.4\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string verdict(const std::string& score, const std::string& symbols = R"("A_TEST":{"score":1.5})") {
  return R"({"is_skipped":false,"score":)" + score + R"(,"required_score":15.0,"action":"no action","symbols":{)" + symbols + "}}";
}

Host& mail_for(Host& host, std::initializer_list<std::string> recipients, const std::string& endpoint) {
  host.option("server", endpoint).fact("mail.from", "ann@example.org").fact("mail.id", "abc").fact("client.addr", "192.0.2.1").fact("client.helo", "mx\r\nX-Evil: 1").fact("client.name", "unknown");
  for (const std::string& r : recipients) host.fact("mail.rcpt", r);
  host.part("Subject: hello\r\n\r\nbody\r\n");
  return host;
}
Result answered(const std::string& bytes, std::chrono::milliseconds time = std::chrono::seconds(20)) {
  RudeRspamd rspamd([&](const std::string&) { return bytes; });
  Host host;
  host.timeout(time);
  return mail_for(host, {"bob@example.com"}, rspamd.endpoint()).scan<Scanner>();
}

TEST(Rspamd, SendsTheMailWithWhatTheEnvelopeKnows) {
  RudeRspamd rspamd([](const std::string&) { return http(verdict("1.5")); });
  Host host;
  const Result result = mail_for(host, {"bob@example.com", "carla@example.com"}, rspamd.endpoint()).scan<Scanner>();
  ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
  ASSERT_EQ(result.findings.size(), 2u);
  EXPECT_EQ(result.find("A_TEST")->score, 1500);
  EXPECT_EQ(result.find("rspamd")->score, 1500);
  EXPECT_EQ(result.find("rspamd")->flags, uint32_t{POSTERN_FIND_TOTAL});
  const std::string request = rspamd.requests().at(0);
  EXPECT_TRUE(request.starts_with("POST /checkv2 HTTP/1.1\r\n")) << request;
  EXPECT_THAT(request, HasSubstr("\r\nIP: 192.0.2.1\r\nHelo: mxX-Evil: 1\r\nFrom: <ann@example.org>\r\nRcpt: bob@example.com\r\nRcpt: carla@example.com\r\nQueue-Id: abc\r\n"));
  EXPECT_THAT(request, Not(HasSubstr("Hostname:")));
  EXPECT_TRUE(request.ends_with("\r\n\r\nSubject: hello\r\n\r\nbody\r\n")) << request;
}

TEST(Rspamd, SendsTheHeaderAndTheBeginningOfALargeMail) {
  RudeRspamd rspamd([](const std::string&) { return http(verdict("0")); });
  Host host;
  host.option("server", rspamd.endpoint()).option("size-limit", "2KiB").part("Subject: large\r\n\r\n" + std::string(100'000, 'x'));
  const Result result = host.scan<Scanner>();
  ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_LT(rspamd.requests().at(0).size(), 2400u);
  EXPECT_EQ(result.notes.at(0).name, "spam.truncated");
}

TEST(Rspamd, TakesNothingButAnExactAnswer) {
  for (const std::string& bad : {std::string(), std::string("garbage"), http(verdict("nan")), http(verdict("1.0")).substr(0, 100), http(verdict("1.0") + "x"),
                                 http(verdict("1.0"), "500 Oops"), http("{\"error\":\"no\"}", "400 Bad"), std::string(8 << 20, 'x'), http(std::string(8 << 20, ' ')),
                                 std::string("220 a mail server\r\nHANG")}) {
    const Result result = answered(bad);
    EXPECT_EQ(result.rc, POSTERN_E_IO) << bad.substr(0, 60);
    EXPECT_TRUE(result.findings.empty());
  }
  for (const char* slow : {"HANG", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{HANG"})
    EXPECT_EQ(answered(slow, std::chrono::milliseconds(200)).rc, POSTERN_E_TIMEOUT) << slow;
}

TEST(Rspamd, AsksTheNextServerWhereOneCannotBeReached) {
  RudeRspamd rspamd([](const std::string&) { return http(verdict("1.0")); });
  Host host;
  host.option("server", "unix:/nonexistent/rspamd.sock");
  EXPECT_EQ(mail_for(host, {"bob@example.com"}, rspamd.endpoint()).scan<Scanner>().rc, POSTERN_OK);
  Host alone;
  EXPECT_EQ(mail_for(alone, {"bob@example.com"}, "unix:/nonexistent/rspamd.sock").scan<Scanner>().rc, POSTERN_E_UNAVAILABLE);
}

TEST(Rspamd, TellsMalwareThatItsAntivirusModuleFound) {
  const Result result = answered(http(verdict("8", R"("CLAM_VIRUS":{"score":8,"options":["Win.Evil-1"]},"OTHER":{"score":0,"options":["x"]})")));
  ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
  ASSERT_TRUE(result.find("Win.Evil-1"));
  EXPECT_EQ(result.find("Win.Evil-1")->category, POSTERN_CAT_MALWARE);
  EXPECT_EQ(result.findings.size(), 4u);
}

TEST(Rspamd, TellsNoScoreOfWhatItsSettingsLetPass) {
  const Result result = answered(http(R"({"is_skipped":true,"score":0,"required_score":15,"action":"no action","symbols":{}})"));
  ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_TRUE(result.findings.empty());
}

TEST(Rspamd, TeachesWhatAMailReallyWas) {
  RudeRspamd rspamd([](const std::string&) { return http(R"({"success":true})"); });
  Host host;
  host.option("controller", rspamd.endpoint()).option("password", "secret");
  host.option("server", rspamd.endpoint());
  const auto mail = host.part("Subject: hello\r\n\r\nbody\r\n");
  auto plugin = Plugin::of<Scanner>(host);
  EXPECT_EQ(plugin.learn(mail, Lesson::spam).rc, POSTERN_OK);
  EXPECT_EQ(plugin.learn(mail, Lesson::ham).rc, POSTERN_OK);
  EXPECT_EQ(plugin.learn(mail, Lesson::forget).rc, POSTERN_E_UNSUPPORTED);
  RudeRspamd strict([](const std::string&) { return http(R"({"error":"Unauthorized"})", "401 Unauthorized"); });
  Host stranger;
  stranger.option("server", rspamd.endpoint()).option("controller", strict.endpoint());
  const auto same = stranger.part("Subject: hello\r\n\r\nbody\r\n");
  const Result refused = Plugin::of<Scanner>(stranger).learn(same, Lesson::spam);
  EXPECT_EQ(refused.rc, POSTERN_E_IO);
  EXPECT_THAT(refused.reason, HasSubstr("Unauthorized"));
  EXPECT_THAT(rspamd.requests().at(0), HasSubstr("POST /learnspam "));
  EXPECT_THAT(rspamd.requests().at(0), HasSubstr("\r\nPassword: secret\r\n"));
  EXPECT_THAT(rspamd.requests().at(1), HasSubstr("POST /learnham "));
}

TEST(Rspamd, TellsItsHealth) {
  RudeRspamd rspamd([](const std::string& r) { return r.starts_with("GET /ping ") ? http("pong\r\n") : std::string(); });
  Host host;
  host.option("server", rspamd.endpoint());
  const auto health = Plugin::of<Scanner>(host).health();
  EXPECT_EQ(health.state, POSTERN_UP);
  EXPECT_STREQ(health.engine, "rspamd/3.4");
  Host down;
  down.option("server", "unix:/nonexistent/rspamd.sock");
  EXPECT_EQ(Plugin::of<Scanner>(down).health().state, POSTERN_DOWN);
  RudeRspamd other([](const std::string&) { return http("hello"); });
  Host wrong;
  wrong.option("server", other.endpoint());
  EXPECT_EQ(Plugin::of<Scanner>(wrong).health().state, POSTERN_DOWN);
}

TEST(Rspamd, RefusesAnEndpointThatIsNone) {
  Host host;
  host.option("server", "rspamd");
  EXPECT_THROW(Plugin::of<Scanner>(host), Error);
  EXPECT_FALSE(host.option_errors().empty());
}

// ---- Debian's Rspamd

class RealRspamdTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (RealRspamd::is_installed()) rspamd_ = new RealRspamd;
  }
  static void TearDownTestSuite() { delete std::exchange(rspamd_, nullptr); }
  void SetUp() override {
    if (rspamd_) return;
    if (std::getenv("POSTERN_REQUIRE_RSPAMD")) FAIL() << "rspamd is not installed";
    GTEST_SKIP() << "rspamd is not installed";
  }
  static Result ask(const std::string& mail) {
    Host host;
    host.option("server", rspamd_->endpoint()).fact("mail.from", "ann@example.org").fact("mail.rcpt", "bob@example.com").fact("client.addr", "192.0.2.1");
    host.part(mail);
    return host.scan<Scanner>();
  }
  static RealRspamd* rspamd_;
};
RealRspamd* RealRspamdTest::rspamd_ = nullptr;

const std::string head = "From: <ann@example.org>\r\nTo: <bob@example.com>\r\nDate: Fri, 27 Nov 2026 12:00:00 +0000\r\nMessage-ID: <x@example.org>\r\n";

TEST_F(RealRspamdTest, ScoresWhatItsRulesFind) {
  const Result result = ask(head + "Subject: good\r\n\r\nThe quick brown fox.\r\n");
  ASSERT_EQ(result.rc, POSTERN_OK) << result.reason << rspamd_->log();
  ASSERT_TRUE(result.find("TESTS_FOX") && result.find("TESTS_GOOD") && result.find("rspamd")) << rspamd_->log();
  EXPECT_EQ(result.find("TESTS_FOX")->score, 2500);
  EXPECT_EQ(result.find("TESTS_GOOD")->score, -1250);
  EXPECT_EQ(result.find("rspamd")->score, 1250);
  EXPECT_EQ(ask(head + "Subject: plain\r\n\r\nNothing.\r\n").find("rspamd")->score, 0);
}

TEST_F(RealRspamdTest, KnowsGtube) {
  const Result result = ask(head + "Subject: x\r\n\r\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n");
  ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_TRUE(result.find("GTUBE"));
  EXPECT_GE(result.find("rspamd")->score, 15000);
}

TEST_F(RealRspamdTest, LearnsAndAnswersAPing) {
  Host host;
  host.option("server", rspamd_->endpoint()).option("controller", rspamd_->controller()).option("password", "q2");
  const auto mail = host.part(head + "Subject: learn\r\n\r\nBuy many of these wonderful little things today, they are cheap and they are good.\r\n");
  auto plugin = Plugin::of<Scanner>(host);
  EXPECT_EQ(plugin.health().state, POSTERN_UP);
  EXPECT_THAT(plugin.health().engine, HasSubstr("rspamd/"));
  const Result learned = plugin.learn(mail, Lesson::spam), again = plugin.learn(mail, Lesson::spam);
  EXPECT_EQ(learned.rc, POSTERN_OK) << learned.reason << rspamd_->log();
  EXPECT_EQ(again.rc, POSTERN_OK) << again.reason;
}

}  // namespace
}  // namespace postern::rspamd
