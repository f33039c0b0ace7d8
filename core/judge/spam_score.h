// SPDX-License-Identifier: MIT
// What the scanners' points come to for each recipient. An engine's own total counts where it gives one, the sum of its tests where it
// does not; engines add up. A finding for one recipient takes the place of the engine's total for everybody. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mail/findings.h"
#include "mail/scores.h"

namespace postern::judge {

class SpamScore {
 public:
  explicit SpamScore(const mail::Findings& findings);
  void add_test(std::string name, int32_t points);  // of our own, beside the engines'

  // 1/1000 points for the nth recipient of the envelope, counted from 0; nothing: nobody gave a score.
  std::optional<int32_t> of(uint32_t recipient) const;
  const std::vector<mail::SpamTest>& tests() const { return tests_; }

 private:
  struct Points {
    uint32_t recipient = 0;  // as in mail::Finding
    int32_t points = 0;
    bool is_total = false;
  };
  std::vector<std::vector<Points>> engines_;
  std::vector<mail::SpamTest> tests_;
};

}  // namespace postern::judge
