// SPDX-License-Identifier: MIT
// What one mail may cost to unpack, over all nesting and formats together. Plain data, filled by config. Defaults as Debian's
// amavisd-new where it has them.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>

namespace postern::decode {

struct Limits {
  uint32_t depth = 14;
  uint32_t parts = 1500;
  uint64_t bytes = 300ull * 1024 * 1024;      // extracted bytes, never more
  uint64_t min_bytes = 100 * 1024;            // and always at least, however small the mail
  uint32_t ratio = 500;                       // extracted bytes per byte of the mail
  std::chrono::milliseconds time{30000};
  uint64_t memory = 512ull * 1024 * 1024;     // of the confined process, by the kernel

  uint64_t byte_quota(uint64_t mail_size) const {
    const uint64_t by_ratio = ratio == 0 ? 0 : mail_size > bytes / ratio ? bytes : mail_size * ratio;
    return std::min(bytes, std::max(min_bytes, by_ratio));
  }
};

}  // namespace postern::decode
