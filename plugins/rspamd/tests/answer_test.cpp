// SPDX-License-Identifier: MIT
#include "answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::rspamd {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// As rspamd 3.4 wrote it.
const std::string whole =
    R"({"is_skipped":false,"score":1.250000,"required_score":15.0,"action":"no action","symbols":{"TESTS_FOX":{"name":"TESTS_FOX","score":2.500000,)"
    R"("metric_score":2.500000,"description":"a fox","options":["one","two"]},"TESTS_GOOD":{"name":"TESTS_GOOD","score":-1.250000,"metric_score":-1.250000}},)"
    R"("messages":{"smtp_message":"Try again later"},"message-id":"x@example.org","time_real":0.052963})";
const std::string gtube =
    R"({"is_skipped":true,"score":15.0,"required_score":15.0,"action":"reject","symbols":{"GTUBE":{"name":"GTUBE","score":0.0,"metric_score":0.0}},)"
    R"("messages":{"smtp_message":"Gtube pattern"},"message-id":"undef","time_real":0.000293})";

TEST(RspamdAnswer, IsReadWithScoreAndSymbols) {
  const Answer answer = parse_check(whole);
  ASSERT_EQ(answer.error, "");
  EXPECT_EQ(answer.verdict.score, 1250);
  EXPECT_EQ(answer.verdict.required_score, 15000);
  EXPECT_EQ(answer.verdict.action, "no action");
  ASSERT_EQ(answer.verdict.symbols.size(), 2u);
  EXPECT_EQ(answer.verdict.symbols[0].name, "TESTS_FOX");
  EXPECT_EQ(answer.verdict.symbols[0].points, 2500);
  EXPECT_THAT(answer.verdict.symbols[0].options, ElementsAre("one", "two"));
  EXPECT_EQ(answer.verdict.symbols[1].points, -1250);
  EXPECT_EQ(report_of(answer.verdict),
            "Rspamd: no action (1.25 of 15.00 points)\nTry again later\n   2.50 TESTS_FOX  a fox [one, two]\n  -1.25 TESTS_GOOD\n");
}

TEST(RspamdAnswer, CallsSkippedOnlyWhatNothingIsSaidAbout) {
  EXPECT_FALSE(parse_check(gtube).verdict.is_skipped);
  EXPECT_EQ(parse_check(gtube).verdict.score, 15000);
  EXPECT_TRUE(parse_check(R"({"is_skipped":true,"score":0.0,"required_score":15.0,"action":"no action","symbols":{}})").verdict.is_skipped);
}

TEST(RspamdAnswer, ThatIsCutAnywhereIsNone) {
  for (size_t n = 0; n < whole.size(); ++n) EXPECT_NE(parse_check(whole.substr(0, n)).error, "") << n;
}

std::string with(const std::string& from, const std::string& to) {
  std::string text = whole;
  return text.replace(text.find(from), from.size(), to);
}

TEST(RspamdAnswer, ThatIsNotExactIsNone) {
  for (const std::string& bad :
       {std::string("[]"), std::string("null"), whole + whole, with("1.250000", "nan"), with("1.250000", "1e999"), with("1.250000", "\"1.25\""),
        with("1.250000", "1e7"), with("15.0", "null"), with("\"score\":1.25", "\"score_\":1.25"), with("\"is_skipped\":false,", ""), with("false", "0"),
        with("\"no action\"", "\"\""), with("\"symbols\"", "\"symbol\""), with("2.500000,\"metric", "\"2.5\",\"metric"), with("\"TESTS_FOX\":", "\"\":"),
        with("\"TESTS_FOX\":", "\"A B\":"), with("\"TESTS_FOX\":", "\"A\\r\\nX-Evil: 1\":"), std::string(R"({"error":"invalid message"})")}) {
    const Answer answer = parse_check(bad);
    EXPECT_NE(answer.error, "") << bad;
    EXPECT_TRUE(answer.verdict.symbols.empty()) << bad;
  }
  EXPECT_THAT(parse_check(R"({"error":"invalid message"})").error, HasSubstr("invalid message"));
  EXPECT_NE(parse_check(std::string(500'000, '[')).error, "");
  EXPECT_NE(parse_check("").error, "");
}

TEST(RspamdAnswer, ToALessonIsSuccessOrAReason) {
  EXPECT_EQ(parse_learned(200, R"({"success":true})"), "");
  EXPECT_EQ(parse_learned(208, R"({"error":"<x> has been already learned as spam, ignore it"})"), "");
  EXPECT_THAT(parse_learned(401, R"({"error":"Unauthorized"})"), HasSubstr("Unauthorized"));
  EXPECT_THAT(parse_learned(204, ""), HasSubstr("204"));
  EXPECT_NE(parse_learned(200, R"({"success":false})"), "");
  EXPECT_NE(parse_learned(200, ""), "");
}

}  // namespace
}  // namespace postern::rspamd
