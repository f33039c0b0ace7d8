// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdio>
#include <fstream>
#include <set>

#include "spamd.h"

namespace postern::spamassassin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using postern::testing::Finding;
using postern::testing::Host;
using postern::testing::Plugin;
using postern::testing::Result;

std::string polite(const std::string& points) {
  const std::string content = "postern-tests: A_TEST=" + points + "\npostern-autolearn: no\n";
  return "SPAMD/1.1 0 EX_OK\r\nContent-length: " + std::to_string(content.size()) + "\r\nSpam: False ; " + points + " / 5.0\r\n\r\n" + content;
}

Host& mail_for(Host& host, std::initializer_list<std::string> recipients, const std::string& endpoint) {
  host.option("server", endpoint).fact("mail.from", "ann@example.org").fact("mail.id", "abc").fact("client.addr", "192.0.2.1").fact("client.helo", "mx\r\nX-Evil: 1");
  for (const std::string& r : recipients) host.fact("mail.rcpt", r);
  host.part("Subject: hello\r\n\r\nbody\r\n");
  return host;
}

TEST(Spamassassin, SendsTheMailWithWhatTheEnvelopeKnows) {
  RudeSpamd spamd([](const std::string&) { return polite("1.5"); });
  Host host;
  const Result result = mail_for(host, {"bob@example.com"}, spamd.endpoint()).scan<Scanner>();
  ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
  ASSERT_EQ(result.findings.size(), 2u);
  EXPECT_EQ(result.find("A_TEST")->score, 1500);
  EXPECT_EQ(result.find("spamassassin")->score, 1500);
  EXPECT_EQ(result.find("spamassassin")->flags, uint32_t{POSTERN_FIND_TOTAL});
  const std::string request = spamd.requests().at(0);
  EXPECT_THAT(request, HasSubstr("\r\n\r\nReturn-Path: <ann@example.org>\r\nX-Envelope-To: <bob@example.com>\r\n"
                                 "Received: from mxX-Evil:1 (unknown [192.0.2.1])\r\n\tby localhost (Postern) with ESMTP id abc\r\nSubject: hello\r\n"));
  EXPECT_THAT(request, Not(HasSubstr("User:")));
}

TEST(Spamassassin, AsksForEachRecipientsOwnPreferencesOnce) {
  RudeSpamd spamd([](const std::string& r) { return polite(r.find("User: bob@") != std::string::npos ? "7.0" : "1.0"); });
  Host host;
  host.option("user", "recipient");
  const Result result = mail_for(host, {"carla@example.com", "bob@example.com", "carla@example.com"}, spamd.endpoint()).scan<Scanner>();
  ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_EQ(spamd.requests().size(), 2u);
  std::set<std::pair<uint32_t, int32_t>> totals;
  for (const Finding& f : result.findings)
    if (f.flags & POSTERN_FIND_TOTAL) totals.emplace(f.recipient, f.score);
  EXPECT_EQ(totals, (std::set<std::pair<uint32_t, int32_t>>{{1, 1000}, {2, 7000}, {3, 1000}}));
}

TEST(Spamassassin, SendsTheHeaderAndTheBeginningOfALargeMail) {
  RudeSpamd spamd([](const std::string&) { return polite("0"); });
  Host host;
  host.option("server", spamd.endpoint()).option("size-limit", "2KiB").fact("mail.rcpt", "bob@example.com");
  host.part("Subject: large\r\n\r\n" + std::string(100000, 'x'));
  const Result result = host.scan<Scanner>();
  ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
  EXPECT_LT(spamd.requests().at(0).size(), 2400u);
  EXPECT_EQ(result.notes.at(0).name, "spam.truncated");
}

std::string inflated(const std::string& packed) {
  std::string out(1 << 20, '\0');
  uLongf size = out.size();
  const int problem = ::uncompress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  EXPECT_EQ(problem, Z_OK);
  out.resize(problem == Z_OK ? size : 0);
  return out;
}

TEST(Spamassassin, SendsTheSameCompressedWhereItIsToldTo) {
  RudeSpamd spamd([](const std::string& r) { return r.starts_with("PING") ? "SPAMD/1.5 0 PONG\r\n" : polite("1.5"); });
  for (const char* compress : {"false", "true"}) {
    Host host;
    host.option("compress", compress);
    const Result result = mail_for(host, {"bob@example.com"}, spamd.endpoint()).scan<Scanner>();
    ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
  }
  const auto content = [](const std::string& request) { return request.substr(request.find("\r\n\r\n") + 4); };
  const std::string plain = spamd.requests().at(0), packed = spamd.requests().at(1);
  EXPECT_THAT(plain, Not(HasSubstr("Compress:")));
  EXPECT_THAT(packed, HasSubstr("Content-length: " + std::to_string(content(packed).size()) + "\r\nCompress: zlib\r\n"));
  EXPECT_EQ(inflated(content(packed)), content(plain));
  Host idle;
  idle.option("server", spamd.endpoint()).option("compress", "true");
  EXPECT_EQ(Plugin::of<Scanner>(idle).health().state, POSTERN_UP);
  EXPECT_THAT(spamd.requests().back(), Not(HasSubstr("Compress:"))) << "there is nothing to compress in a question without a mail";
}

TEST(Spamassassin, TakesNothingButAnExactAnswer) {
  const struct {
    std::string answer;
    postern_rc rc;
  } table[] = {{"", POSTERN_E_IO}, {"garbage", POSTERN_E_IO}, {polite("1.0") + "more", POSTERN_E_IO}, {polite("1.0").substr(0, 60), POSTERN_E_IO},
               {polite("nan"), POSTERN_E_IO}, {std::string(2 << 20, 'x'), POSTERN_E_IO}, {"HANG", POSTERN_E_TIMEOUT},
               {"SPAMD/1.1 0HANG", POSTERN_E_TIMEOUT}, {"220 a mail server\r\nHANG", POSTERN_E_IO}};
  for (const auto& row : table) {
    RudeSpamd spamd([&](const std::string&) { return row.answer; });
    Host host;
    host.timeout(std::chrono::milliseconds(row.rc == POSTERN_E_TIMEOUT ? 200 : 20000));
    const Result result = mail_for(host, {"bob@example.com"}, spamd.endpoint()).scan<Scanner>();
    EXPECT_EQ(result.rc, row.rc) << row.answer.substr(0, 40);
    EXPECT_TRUE(result.findings.empty());
  }
}

TEST(Spamassassin, AsksTheNextServerWhereOneCannotBeReached) {
  RudeSpamd spamd([](const std::string&) { return polite("1.0"); });
  Host host;
  host.option("server", "unix:/nonexistent/spamd.sock");
  EXPECT_EQ(mail_for(host, {"bob@example.com"}, spamd.endpoint()).scan<Scanner>().rc, POSTERN_OK);
  Host alone;
  EXPECT_EQ(mail_for(alone, {"bob@example.com"}, "unix:/nonexistent/spamd.sock").scan<Scanner>().rc, POSTERN_E_UNAVAILABLE);
}

TEST(Spamassassin, TeachesWhatAMailReallyWas) {
  RudeSpamd spamd([](const std::string&) { return "SPAMD/1.1 0 EX_OK\r\nDidSet: local\r\nContent-length: 2\r\n\r\n\r\n"; });
  Host host;
  host.option("server", spamd.endpoint()).option("user", "recipient").fact("mail.rcpt", "bob@example.com");
  auto mail = host.part("Subject: hello\r\n\r\nbody\r\n");
  auto plugin = Plugin::of<Scanner>(host);
  EXPECT_EQ(plugin.learn(mail, Lesson::ham).rc, POSTERN_OK);
  EXPECT_EQ(plugin.learn(mail, Lesson::forget).rc, POSTERN_OK);
  EXPECT_THAT(spamd.requests().at(0), HasSubstr("User: bob@example.com\r\nMessage-class: ham\r\nSet: local\r\n\r\nSubject: hello"));
  EXPECT_THAT(spamd.requests().at(1), HasSubstr("Remove: local\r\n\r\n"));
}

TEST(Spamassassin, TellsItsHealth) {
  RudeSpamd good([](const std::string&) { return "SPAMD/1.5 0 PONG\r\n"; }), bad([](const std::string&) { return "hello\r\n"; });
  for (auto* spamd : {&good, &bad}) {
    Host host;
    host.option("server", spamd->endpoint());
    EXPECT_EQ(Plugin::of<Scanner>(host).health().state, spamd == &good ? POSTERN_UP : POSTERN_DOWN);
  }
}

// ---- the real one

bool is_installed() { return ::access("/usr/sbin/spamd", X_OK) == 0 && ::access("/usr/bin/spamassassin", X_OK) == 0; }

class RealSpamassassin : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (is_installed()) spamd_ = new RealSpamd;
  }
  static void TearDownTestSuite() { delete spamd_; }
  void SetUp() override {
    if (is_installed()) return;
    if (std::getenv("POSTERN_REQUIRE_SPAMD")) FAIL() << "spamd is not installed";
    GTEST_SKIP() << "spamd is not installed";
  }
  static RealSpamd* spamd_;
};
RealSpamd* RealSpamassassin::spamd_ = nullptr;

const std::string gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
const std::string head = "From: Ann <ann@example.org>\r\nTo: bob@example.com\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n";

// What "spamassassin -t" says of a mail: its score and the names of its tests.
std::pair<std::string, std::set<std::string>> by_hand(const std::string& mail, const std::string& directory) {
  const std::string file = directory + "/mail.eml";
  std::ofstream(file, std::ios::binary) << mail;
  const std::string command = "HOME=" + directory + " /usr/bin/spamassassin -t -L --cf='bayes_path " + directory + "/hand' < " + file + " 2>/dev/null";
  std::string out;
  if (FILE* pipe = ::popen(command.c_str(), "r")) {
    char chunk[4096];
    for (size_t n; (n = ::fread(chunk, 1, sizeof chunk, pipe)) > 0;) out.append(chunk, n);
    ::pclose(pipe);
  }
  const size_t at = out.find("X-Spam-Status:");
  std::string status = out.substr(at, out.find("autolearn=", at) - at);
  std::erase_if(status, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  const size_t score = status.find("score=") + 6, tests = status.find("tests=") + 6;
  std::set<std::string> names;
  std::string list = status.substr(tests);
  std::erase(list, ' ');
  for (size_t begin = 0; begin < list.size();) {
    const size_t comma = std::min(list.find(',', begin), list.size());
    names.insert(list.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return {status.substr(score, status.find(' ', score) - score), names};
}

TEST_F(RealSpamassassin, AgreesWithSpamassassinOnScoreAndTests) {
  const std::string mails[] = {head + "Subject: test\r\n\r\n" + gtube + "\r\n",
                               head + "Subject: CHEAP VIAGRA 100% FREE!!!\r\nX-Priority: 1\r\nContent-Type: text/html\r\n\r\n"
                                      "<html><body><font color=white>Dear friend, claim your million dollars, click here, no credit check, act now, guaranteed"
                                      " <a href=\"http://1.2.3.4/x\">http://bank.example</a></font></body></html>\r\n",
                               head + "Subject: lunch\r\n\r\nShall we meet at noon?\r\n"};
  for (const std::string& mail : mails) {
    Host host;
    host.option("server", spamd_->endpoint()).fact("mail.from", "ann@example.org").fact("mail.rcpt", "bob@example.com");
    host.part(mail);
    const Result result = host.scan<Scanner>();
    ASSERT_EQ(result.rc, POSTERN_OK) << result.reason;
    const auto [score, names] = by_hand("Return-Path: <ann@example.org>\r\nX-Envelope-To: <bob@example.com>\r\n" + mail, spamd_->directory());
    std::set<std::string> ours;
    int32_t sum = 0;
    for (const Finding& f : result.findings)
      if (!(f.flags & POSTERN_FIND_TOTAL)) ours.insert(f.name), sum += f.score;
    EXPECT_EQ(ours, names);
    int32_t expected = 0;
    ASSERT_TRUE(parse_points(score, expected)) << score;
    EXPECT_EQ(result.find("spamassassin")->score, expected);
    EXPECT_NEAR(sum, expected, 200) << "the tests make up the score";
    for (const auto& note : result.notes)
      if (note.name == "spam.autolearn") {
        EXPECT_EQ(note.value.find(' '), std::string::npos) << note.value;
      }
  }
}

TEST_F(RealSpamassassin, SaysTheSameOfACompressedMail) {
  const std::string mail = head + "Subject: test\r\n\r\n" + gtube + "\r\n" + std::string(200000, 'x') + "\r\n";
  std::vector<Result> results;
  for (const char* compress : {"false", "true"}) {
    Host host;
    host.option("server", spamd_->endpoint()).option("compress", compress).fact("mail.from", "ann@example.org").fact("mail.rcpt", "bob@example.com");
    host.part(mail);
    results.push_back(host.scan<Scanner>());
    ASSERT_EQ(results.back().rc, POSTERN_OK) << results.back().reason;
  }
  const auto told = [](const Result& result) {
    std::set<std::pair<std::string, int32_t>> all;
    for (const Finding& f : result.findings) all.emplace(f.name, f.score);
    return all;
  };
  EXPECT_TRUE(results[1].find("GTUBE"));
  EXPECT_EQ(told(results[0]), told(results[1]));
}

TEST_F(RealSpamassassin, LearnsAndAnswersAPing) {
  Host host;
  host.option("server", spamd_->endpoint()).fact("mail.rcpt", "bob@example.com");
  auto mail = host.part(head + "Subject: lunch\r\n\r\nShall we meet at noon, at the usual place?\r\n");
  auto plugin = Plugin::of<Scanner>(host);
  EXPECT_EQ(plugin.health().state, POSTERN_UP);
  const Result learned = plugin.learn(mail, Lesson::ham);
  EXPECT_EQ(learned.rc, POSTERN_OK) << learned.reason;
  EXPECT_TRUE(std::filesystem::exists(spamd_->directory() + "/bayes_toks")) << "nothing was learned";
}

}  // namespace
}  // namespace postern::spamassassin
