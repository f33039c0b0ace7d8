// SPDX-License-Identifier: MIT
#include "savapi/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::savapi {
namespace {

using support::Outcome;
using support::ScanVerdict;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ScanVerdict verdict(std::initializer_list<const char*> lines) {
  ScanReplies replies;
  for (const char* line : lines)
    if (replies.put(parse_reply(line).value())) return replies.verdict();
  return {Outcome::failed, replies.verdict().names, "no last reply"};
}

TEST(SavapiProtocol, AReplyIsANumberOfThreeDigitsAndText) {
  EXPECT_EQ(parse_reply("100 SAVAPI:4.0")->code, 100);
  EXPECT_EQ(parse_reply("100 SAVAPI:4.0\r")->text, "SAVAPI:4.0");
  EXPECT_EQ(parse_reply("200")->text, "");
  for (const char* line : {"", "20", "2000", "2x0 ", " 200", "200OK", "OK"}) EXPECT_FALSE(parse_reply(line)) << line;
}

TEST(SavapiProtocol, OnlyTwoRepliesAreClean) {
  for (int code = 0; code < 1000; ++code) {
    ScanReplies replies;
    const bool is_last = replies.put({code, "x"});
    EXPECT_EQ(replies.verdict().outcome == Outcome::clean, code == 200 || code == 210) << code;
    EXPECT_EQ(is_last, code != 310 && !(code >= 400 && code < 500)) << code;
  }
}

TEST(SavapiProtocol, NamesComeBeforeTheLastReply) {
  const ScanVerdict two = verdict({"421 a document", "310 a.zip --> b.exe <<< TR/Evil.A ; trojan ; Is the Trojan horse TR/Evil.A", "310 TR/Evil.B ; trojan ; x", "310 TR/Evil.B ; trojan ; x", "319 OK"});
  EXPECT_EQ(two.outcome, Outcome::infected);
  EXPECT_THAT(two.names, ElementsAre("TR/Evil.A", "TR/Evil.B"));
  EXPECT_THAT(verdict({"319 OK"}).names, ElementsAre("unnamed"));
  EXPECT_EQ(verdict({"310 Liar ; virus ; x", "200 OK"}).outcome, Outcome::infected);
}

TEST(SavapiProtocol, AMembersNameDoesNotHideTheVirus) {
  EXPECT_EQ(alert_name("x <<< Harmless ; no ; virus --> b <<< W32/Real ; virus ; Contains W32/Real"), "W32/Real");
  EXPECT_EQ(alert_name("Eicar-Test-Signature ; virus ; Contains code of the Eicar-Test-Signature virus"), "Eicar-Test-Signature");
  EXPECT_EQ(alert_name(""), "unnamed");
  EXPECT_EQ(alert_name(" ; ;"), "unnamed");
  EXPECT_EQ(alert_name(std::string(5000, 'x')).size(), 200u);
}

TEST(SavapiProtocol, FailuresKeepTheirNamesAndSayWhy) {
  const ScanVerdict failed = verdict({"310 TR/Evil ; trojan ; x", "350 Error 12"});
  EXPECT_EQ(failed.outcome, Outcome::failed);
  EXPECT_THAT(failed.names, ElementsAre("TR/Evil"));
  EXPECT_EQ(failed.why, "it failed: 350 Error 12");
  EXPECT_EQ(verdict({"220 timeout"}).why, "it took too long: 220 timeout");
  EXPECT_EQ(verdict({"520 what"}).why, "it says: 520 what");
}

}  // namespace
}  // namespace postern::savapi
