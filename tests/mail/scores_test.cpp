// SPDX-License-Identifier: MIT
#include "mail/scores.h"

#include <gtest/gtest.h>

namespace postern::mail {
namespace {

TEST(Points, AreWrittenWithoutZerosThatSayNothing) {
  const struct {
    int32_t points;
    const char* text;
  } table[] = {{0, "0"}, {1000, "1"}, {6310, "6.31"}, {-500, "-0.5"}, {1, "0.001"}, {-12, "-0.012"}, {100100, "100.1"}, {INT32_MIN, "-2147483.648"}};
  for (const auto& row : table) EXPECT_EQ(points_text(row.points), row.text);
}

}  // namespace
}  // namespace postern::mail
