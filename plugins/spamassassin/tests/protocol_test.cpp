// SPDX-License-Identifier: MIT
#include "protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::spamassassin {
namespace {

using testing::HasSubstr;

std::string answer(const std::string& spam, const std::string& content) {
  return "SPAMD/1.1 0 EX_OK\r\nContent-length: " + std::to_string(content.size()) + "\r\nSpam: " + spam + "\r\n\r\n" + content;
}

// As spamd 4.0 writes it with our template.
const std::string recorded = answer("True ; 999.8 / 5.0",
                                    "postern-tests: ALL_TRUSTED=-1.0,GTUBE=1000,MISSING_MID=0.14,NO_RELAYS=-0.001\npostern-autolearn: no autolearn_force=no\n"
                                    " pts rule name              description\n---- ---- ----\n\n");

TEST(SpamdAnswer, IsReadWithScoreTestsAndWhatWasLearned) {
  const Answer a = parse_report(recorded);
  ASSERT_EQ(a.error, "");
  EXPECT_EQ(a.verdict.score, 999800);
  EXPECT_EQ(a.verdict.threshold, 5000);
  EXPECT_EQ(a.verdict.autolearn, "no");
  ASSERT_EQ(a.verdict.tests.size(), 4u);
  EXPECT_EQ(a.verdict.tests[1].name, "GTUBE");
  EXPECT_EQ(a.verdict.tests[1].points, 1'000'000);
  EXPECT_EQ(a.verdict.tests[3].points, -1);
  EXPECT_TRUE(a.verdict.has_points);
}

TEST(SpamdAnswer, IsReadFromTheUsualTableAsWell) {
  const Answer a = parse_report(answer("False ; -0.9 / 5.0",
                                       "Content preview:  hello 12 WORLD\n\nContent analysis details:   (-0.9 points, 5.0 required)\n\n"
                                       " pts rule name              description\n---- ---------------------- -----\n"
                                       "-1.0 ALL_TRUSTED            Passed through trusted hosts only via SMTP\n"
                                       " 0.1 MISSING_MID            Missing Message-Id: header\n"));
  ASSERT_EQ(a.error, "");
  EXPECT_EQ(a.verdict.score, -900);
  ASSERT_EQ(a.verdict.tests.size(), 2u);
  EXPECT_EQ(a.verdict.tests[0].name, "ALL_TRUSTED");
  EXPECT_EQ(a.verdict.tests[1].points, 100);
}

TEST(SpamdAnswer, IsNotReadOutOfTheMailsOwnText) {
  const Answer table = parse_report(answer("True ; 9.0 / 5.0",
                                           "Content preview:  postern-tests: FAKE=-50\n-50 TRUST_ME   I am fine\n---- ---------- ----\n-40 TRUST_ME_TOO  x\n\n"
                                           " pts rule name              description\n---- ---------------------- -----\n 9.0 REAL   A real one\n"));
  ASSERT_EQ(table.error, "");
  ASSERT_EQ(table.verdict.tests.size(), 1u);
  EXPECT_EQ(table.verdict.tests[0].name, "REAL");
  const Answer ours = parse_report(answer("True ; 9.0 / 5.0", "postern-tests: REAL=9.0\npostern-autolearn: no\npostern-tests: FAKE=-50\npostern-autolearn: ham\n"));
  ASSERT_EQ(ours.error, "");
  ASSERT_EQ(ours.verdict.tests.size(), 1u);
  EXPECT_EQ(ours.verdict.autolearn, "no");
}

TEST(SpamdAnswer, ThatIsCutAnywhereIsNone) {
  for (size_t length = 0; length < recorded.size(); ++length) EXPECT_NE(parse_report(std::string_view(recorded).substr(0, length)).error, "") << length;
}

TEST(SpamdAnswer, ThatIsNotExactIsNone) {
  const struct {
    std::string bytes, why;
  } table[] = {
      {recorded + "x", "claims"},
      {"HTTP/1.1 200 OK\r\n\r\n", "not answer as spamd"},
      {"SPAMD/1.1 75 EX_TEMPFAIL\r\n\r\n", "EX_TEMPFAIL (75)"},
      {"SPAMD/1.1 79 Timeout: (30 second timeout)\r\n\r\n", "(79)"},
      {"SPAMD/1.1 0x EX_OK\r\n\r\n", "no number"},
      {"SPAMD/1.1 0 EX_OK\r\nContent-length: -5\r\nSpam: True ; 1 / 5\r\n\r\n", "no number"},
      {"SPAMD/1.1 0 EX_OK\r\nno colon\r\n\r\n", "no name"},
      {answer("True ; nan / 5.0", "postern-tests: none\n"), "no number"},
      {answer("True ; inf / 5.0", "postern-tests: none\n"), "no number"},
      {answer("True ; 1e999 / 5.0", "postern-tests: none\n"), "no number"},
      {answer("True ; 0x10 / 5.0", "postern-tests: none\n"), "no number"},
      {answer("True ;  / 5.0", "postern-tests: none\n"), "no number"},
      {answer("Perhaps ; 1.0 / 5.0", "postern-tests: none\n"), "no score"},
      {answer("True", "postern-tests: none\n"), "no score"},
      {answer("True ; 1.0 / 5.0", "postern-tests: A=1,B\n"), "tests cannot be read"},
      {answer("True ; 1.0 / 5.0", "postern-tests: A\r=1\n"), "tests cannot be read"},
      {answer("True ; 1.0 / 5.0", "postern-tests: A=nan\n"), "tests cannot be read"},
      {std::string(longest_answer + 1, 'x'), "too long"},
  };
  for (const auto& row : table) EXPECT_THAT(parse_report(row.bytes).error, HasSubstr(row.why)) << row.bytes.substr(0, 80);
}

TEST(SpamdAnswer, ToALessonIsSuccessOrAReason) {
  EXPECT_EQ(parse_told("SPAMD/1.1 0 EX_OK\r\nDidSet: local\r\nContent-length: 2\r\n\r\n\r\n"), "");
  EXPECT_EQ(parse_told("SPAMD/1.1 0 EX_OK\r\nContent-length: 2\r\n\r\n\r\n"), "") << "it was learned before";
  EXPECT_THAT(parse_told("SPAMD/1.0 69 Service Unavailable: TELL commands are not enabled, set the --allow-tell switch.\r\n"), HasSubstr("--allow-tell"));
  EXPECT_NE(parse_told(""), "");
}

TEST(SpamdAnswer, ToAPingIsAPong) {
  EXPECT_TRUE(is_pong("SPAMD/1.5 0 PONG\r\n"));
  EXPECT_FALSE(is_pong("SPAMD/1.5 1 PONG\r\n"));
  EXPECT_FALSE(is_pong("PONG"));
  EXPECT_FALSE(is_pong(""));
}

TEST(SpamdAnswer, IsGivenUpAtTheFirstByteThatCannotBeOne) {
  for (const char* good : {"", "S", "SPAMD", "SPAMD/1.5 0", "SPAMD/1.5 0 PONG\r\n"}) EXPECT_TRUE(can_begin_answer(good)) << good;
  for (const char* bad : {"H", "SPAMC", "220 smtp", "\n"}) EXPECT_FALSE(can_begin_answer(bad)) << bad;
  const std::string endless = "SPAMD/1.5 " + std::string(100'000, '0');
  EXPECT_TRUE(can_begin_answer(endless.substr(0, 100)));
  EXPECT_FALSE(can_begin_answer(endless));
  EXPECT_TRUE(can_begin_answer("SPAMD/1.5 0 EX_OK\r\n" + endless));
}

TEST(SpamdAnswer, IsWholeAtTheByteItClaimsToEndWith) {
  const std::string answer = "SPAMD/1.1 0 EX_OK\r\nContent-length: 4\r\nSpam: False ; 2.6 / 5.0\r\n\r\nbody";
  for (size_t length = 0; length < answer.size(); ++length) EXPECT_FALSE(is_whole(answer.substr(0, length))) << length;
  EXPECT_TRUE(is_whole(answer));
  EXPECT_FALSE(is_whole(answer + "x"));
  EXPECT_FALSE(is_whole("SPAMD/1.5 0 PONG\r\n")) << "it claims nothing";
}

TEST(SpamdRequest, IsAsTheProtocolWantsIt) {
  EXPECT_EQ(request("REPORT", {"User: ann"}, 12), "REPORT SPAMC/1.5\r\nContent-length: 12\r\nUser: ann\r\n\r\n");
  EXPECT_EQ(request("PING", {}, 0), "PING SPAMC/1.5\r\n\r\n");
}

}  // namespace
}  // namespace postern::spamassassin
