// SPDX-License-Identifier: MIT
#include "base/suggest.h"

#include <gtest/gtest.h>

namespace postern::base {
namespace {

TEST(EditDistance, CountsInsertedDeletedReplacedAndSwappedLetters) {
  EXPECT_EQ(edit_distance("policy", "policy"), 0u);
  EXPECT_EQ(edit_distance("polcy", "policy"), 1u);
  EXPECT_EQ(edit_distance("policyy", "policy"), 1u);
  EXPECT_EQ(edit_distance("pblicy", "policy"), 1u);
  EXPECT_EQ(edit_distance("ploicy", "policy"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
}

TEST(Nearest, FindsTheWordThatWasMeant) {
  const std::vector<std::string> known = {"policy", "listen", "deliver", "log"};
  EXPECT_EQ(nearest("polcy", known), "policy");
  EXPECT_EQ(nearest("lisetn", known), "listen");
  EXPECT_EQ(did_you_mean("delivr", known), "did you mean \"deliver\"?");
}

TEST(Nearest, IsSilentWhenNothingIsNear) {
  const std::vector<std::string> known = {"policy", "on", "log"};
  EXPECT_EQ(nearest("x", known), "");
  EXPECT_EQ(nearest("quarantine", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(did_you_mean(std::string(100000, 'a'), known), "");
}

}  // namespace
}  // namespace postern::base
