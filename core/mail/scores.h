// SPDX-License-Identifier: MIT
// Points of spam, in 1/1000 of a SpamAssassin point: what each test gave, and the levels a recipient holds them against. Plain data.
#pragma once
#include <cstdint>
#include <string>

namespace postern::mail {

// "6.31", "-0.5", "0": without zeros that say nothing.
std::string points_text(int32_t points);

struct SpamLevels {
  int32_t tag = 2000;   // from here on X-Spam-* fields are added
  int32_t tag2 = 6310;  // from here on the mail is spammy
  int32_t kill = 6310;  // from here on it is spam
  bool operator==(const SpamLevels&) const = default;
};

struct SpamTest {
  std::string name;        // "BAYES_99"; hostile where an engine's rules are
  int32_t points = 0;
  uint32_t recipient = 0;  // 0: of the mail for everybody; n: for the nth of the envelope, counted from 1
};

}  // namespace postern::mail
