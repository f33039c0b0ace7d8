// SPDX-License-Identifier: MIT
// [scan] of the configuration, with its defaults. Plain data, filled by config.
#pragma once
#include <chrono>
#include <cstdint>

namespace postern::scan {

struct Settings {
  std::chrono::milliseconds head_start{200};  // of scanners of malware over those of scores
  bool score_infected = false;                // scores are wanted also where malware has decided
  uint64_t cache_size = 16ull << 20;          // bytes; 0: no verdict is remembered
  std::chrono::milliseconds cache_time{std::chrono::hours(1)};
};

}  // namespace postern::scan
