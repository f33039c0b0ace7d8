// SPDX-License-Identifier: MIT
#include "judge/spam_score.h"

#include <gtest/gtest.h>

#include "postern/plugin.h"

namespace postern::judge {
namespace {

// An engine of scores that has answered.
mail::ScanReport engine(std::vector<mail::Finding> findings = {}) {
  mail::ScanReport report;
  report.instance = "engine";
  report.state = mail::ScanState::answered;
  report.scores = true;
  report.findings = std::move(findings);
  return report;
}
mail::Finding test(const char* name, int32_t points, uint32_t recipient = 0) { return {POSTERN_CAT_SPAM, points, 0, 0, name, "", recipient}; }
mail::Finding total(int32_t points, uint32_t recipient = 0) { return {POSTERN_CAT_SPAM, points, POSTERN_FIND_TOTAL, 0, "engine", "", recipient}; }

TEST(SpamScore, IsNothingWhereNobodyGaveOne) {
  EXPECT_EQ(SpamScore(mail::Findings{}).of(0), std::nullopt);
  mail::ScanReport failed = engine();
  failed.state = mail::ScanState::timed_out;
  EXPECT_EQ(SpamScore({{failed}}).of(0), std::nullopt);
}

TEST(SpamScore, IsZeroWhereAnEngineOfScoresFoundNothing) { EXPECT_EQ(SpamScore({{engine()}}).of(0), 0); }

TEST(SpamScore, IsTheEnginesTotalElseTheSumOfItsTests) {
  EXPECT_EQ(SpamScore({{engine({test("A", 1000), test("B", 500)})}}).of(0), 1500);
  EXPECT_EQ(SpamScore({{engine({test("A", 1000), total(7000), test("B", 500)})}}).of(0), 7000);
}

TEST(SpamScore, AddsEnginesUp) {
  mail::ScanReport words = engine({test("Words", 250)});
  words.scores = false;  // a scanner that also gives points
  EXPECT_EQ(SpamScore({{engine({total(2000)}), engine({test("DNSBL", 3000)}), words}}).of(0), 5250);
}

TEST(SpamScore, LetsTrustTakePointsAway) {
  mail::Finding trust = test("LISTED_GOOD", -2000);
  trust.category = POSTERN_CAT_TRUSTED;
  EXPECT_EQ(SpamScore({{engine({test("A", 1000), trust})}}).of(0), -1000);
}

TEST(SpamScore, GivesARecipientTheirOwnTotalAndTests) {
  const SpamScore score({{engine({total(1000), total(9000, 2), test("A", 300, 1)}), engine({test("B", 100), test("C", 50, 2)})}});
  EXPECT_EQ(score.of(0), 1100);
  EXPECT_EQ(score.of(1), 9150);
  EXPECT_EQ(score.of(2), 1100);
}

TEST(SpamScore, DoesNotOverflow) {
  EXPECT_EQ(SpamScore({{engine({test("A", INT32_MAX), test("B", INT32_MAX)})}}).of(0), 1'000'000);
  EXPECT_EQ(SpamScore({{engine({total(INT32_MIN)}), engine({total(INT32_MIN)})}}).of(0), -1'000'000);
}

}  // namespace
}  // namespace postern::judge
