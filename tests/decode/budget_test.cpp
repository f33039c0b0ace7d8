// SPDX-License-Identifier: MIT
#include "decode/budget.h"

#include <gtest/gtest.h>

namespace postern::decode {
namespace {

using support::Deadline;

Limits small() {
  Limits limits;
  limits.depth = 2;
  limits.parts = 3;
  limits.bytes = 1000;
  limits.min_bytes = 100;
  limits.ratio = 10;
  return limits;
}

// Everything is refused, and the reason stays the first one.
void expect_exhausted(Budget& budget, std::string_view why) {
  EXPECT_TRUE(budget.is_exhausted());
  EXPECT_FALSE(budget.pay_part(0));
  EXPECT_FALSE(budget.pay_part(99));
  EXPECT_FALSE(budget.pay_bytes(0));
  EXPECT_FALSE(budget.pay_bytes(UINT64_MAX));
  EXPECT_EQ(budget.exhausted(), why);
}

TEST(Budget, CountsParts) {
  Budget budget(small(), 10, Deadline::never());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.pay_part(1));
  EXPECT_FALSE(budget.is_exhausted());
  EXPECT_FALSE(budget.pay_part(1));
  expect_exhausted(budget, "limit-parts");
}

TEST(Budget, BoundsTheDepth) {
  Budget budget(small(), 10, Deadline::never());
  EXPECT_TRUE(budget.pay_part(2));
  EXPECT_FALSE(budget.pay_part(3));
  expect_exhausted(budget, "limit-depth");
}

TEST(Budget, CountsBytesToTheLast) {
  Budget budget(small(), 50, Deadline::never());
  EXPECT_TRUE(budget.pay_bytes(499));
  EXPECT_TRUE(budget.pay_bytes(1));
  EXPECT_TRUE(budget.pay_bytes(0));
  EXPECT_FALSE(budget.pay_bytes(1));
  expect_exhausted(budget, "limit-bytes");
}

TEST(Budget, RefusesBytesThatWouldOverflowItsSum) {
  Budget budget(small(), 50, Deadline::never());
  EXPECT_TRUE(budget.pay_bytes(100));
  EXPECT_FALSE(budget.pay_bytes(UINT64_MAX - 50));
  expect_exhausted(budget, "limit-bytes");
}

TEST(Budget, EndsWithItsTimeForPartsAndForBytes) {
  Budget parts(small(), 50, Deadline::in(std::chrono::milliseconds(-1)));
  EXPECT_FALSE(parts.pay_part(0));
  expect_exhausted(parts, "limit-time");
  Budget bytes(small(), 50, Deadline::in(std::chrono::milliseconds(-1)));
  EXPECT_FALSE(bytes.pay_bytes(1));
  expect_exhausted(bytes, "limit-time");
}

TEST(ByteQuota, GrowsWithTheMailBetweenItsBounds) {
  const Limits limits = small();
  EXPECT_EQ(limits.byte_quota(0), 100u);
  EXPECT_EQ(limits.byte_quota(10), 100u);
  EXPECT_EQ(limits.byte_quota(50), 500u);
  EXPECT_EQ(limits.byte_quota(100), 1000u);
  EXPECT_EQ(limits.byte_quota(UINT64_MAX), 1000u);
}

TEST(ByteQuota, NeverExceedsTheAbsoluteLimit) {
  Limits limits = small();
  limits.min_bytes = 5000;
  EXPECT_EQ(limits.byte_quota(0), 1000u);
}

}  // namespace
}  // namespace postern::decode
