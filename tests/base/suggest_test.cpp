// SPDX-License-Identifier: MIT
#include "base/suggest.h"

#include <gtest/gtest.h>

namespace postern::base {
namespace {

const std::vector<std::string> keys{"policy", "policy-bank", "plugins", "receive", "deliver"};

TEST(Suggest, FindsTheNearWord) {
  EXPECT_EQ(suggest("polcy", keys), "policy");
  EXPECT_EQ(suggest("recieve", keys), "receive");
  EXPECT_EQ(suggest("POLICY_BANK", keys), "policy-bank");
  EXPECT_EQ(suggest("plugin", keys), "plugins");
}

TEST(Suggest, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(suggest("quarantine", keys), std::nullopt);
  EXPECT_EQ(suggest("", keys), std::nullopt);
  EXPECT_EQ(suggest("polcy", {}), std::nullopt);
  EXPECT_EQ(suggest(std::string(100000, 'p'), keys), std::nullopt);
}

TEST(DidYouMean, IsAQuestionOrNothing) {
  EXPECT_EQ(did_you_mean("polcy", keys), "did you mean \"policy\"?");
  EXPECT_EQ(did_you_mean("quarantine", keys), "");
}

}  // namespace
}  // namespace postern::base
