// SPDX-License-Identifier: MIT
#include "act/spam_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::act {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

mail::HeaderEdits fields(std::optional<int32_t> score, std::vector<mail::SpamTest> tests = {}, uint32_t recipient = 0) {
  mail::Judgement judgement;
  judgement.tests = std::move(tests);
  judgement.autolearn = "no";
  mail::RecipientJudgement r;
  r.recipient = recipient;
  r.score = score;
  mail::HeaderEdits edits;
  add_spam_fields(judgement, r, edits);
  return edits;
}

TEST(SpamFields, LeaveAMailThatNobodyScoredAlone) {
  EXPECT_THAT(fields(std::nullopt).prepend, IsEmpty());
  EXPECT_THAT(fields(std::nullopt).remove, IsEmpty());
}

TEST(SpamFields, RemoveWhatTheSenderClaims) {
  const mail::HeaderEdits edits = fields(0);
  EXPECT_THAT(edits.prepend, IsEmpty());
  EXPECT_THAT(edits.remove, ElementsAre("X-Spam-Flag", "X-Spam-Score", "X-Spam-Level", "X-Spam-Status"));
}

TEST(SpamFields, TellTheScoreFromTagOn) {
  EXPECT_THAT(fields(3100, {{"A", 1000, 0}, {"B", 2100, 0}}).prepend,
              ElementsAre(Pair("X-Spam-Score", "3.1"), Pair("X-Spam-Level", "***"),
                          Pair("X-Spam-Status", "No, score=3.1 tagged_above=2 required=6.31 tests=[A=1,\r\n\tB=2.1] autolearn=no")));
}

TEST(SpamFields, RaiseTheFlagFromTag2On) {
  EXPECT_THAT(fields(6310).prepend, Contains(Pair("X-Spam-Flag", "YES")));
  EXPECT_THAT(fields(6310).prepend, Contains(Pair("X-Spam-Status", HasSubstr("Yes, "))));
  EXPECT_THAT(fields(900'000).prepend, Contains(Pair("X-Spam-Level", std::string(64, '*'))));
}

TEST(SpamFields, ShowARecipientOnlyTheirOwnTests) {
  const auto edits = fields(3000, {{"ALL", 1000, 0}, {"MINE", 1000, 2}, {"YOURS", 1000, 1}}, 1);
  EXPECT_THAT(edits.prepend.back().second, HasSubstr("tests=[ALL=1,"));
  EXPECT_THAT(edits.prepend.back().second, HasSubstr("MINE=1]"));
  EXPECT_THAT(edits.prepend.back().second, testing::Not(HasSubstr("YOURS")));
}

TEST(SpamFields, LetNoNameWriteAFieldOfItsOwn) {
  const std::string status = fields(3000, {{"A\r\nX-Evil: yes\r\n\r\nbody", 1000, 0}}).prepend.back().second;
  EXPECT_THAT(status, HasSubstr("A__X-Evil:_yes____body=1]"));
}

TEST(SpamFields, FoldBeforeLinesGrowLong) {
  std::vector<mail::SpamTest> tests(500, {"A_TEST_WITH_QUITE_A_LONG_NAME", 10, 0});
  const std::string status = fields(5000, tests).prepend.back().second;
  for (size_t at = 0, end = 0; at < status.size(); at = end + 2) {
    end = std::min(status.find("\r\n", at), status.size());
    EXPECT_LE(end - at, 78u);
  }
}

}  // namespace
}  // namespace postern::act
