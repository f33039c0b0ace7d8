// SPDX-License-Identifier: MIT
// What one mail may cost to unpack, over all nesting and formats together. Plain data, filled by config; decode keeps to it. Defaults
// as Debian's amavisd-new where it has them.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace postern::policy {

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

// What a table says of them. The memory is the process's and the same for all mails: no bank names it.
struct LimitsOverlay {
  std::optional<uint32_t> depth, parts, ratio;
  std::optional<uint64_t> bytes, min_bytes, memory;
  std::optional<std::chrono::milliseconds> time;

  bool is_empty() const { return !depth && !parts && !ratio && !bytes && !min_bytes && !memory && !time; }
  void apply_to(Limits& limits) const {
    limits.depth = depth.value_or(limits.depth);
    limits.parts = parts.value_or(limits.parts);
    limits.ratio = ratio.value_or(limits.ratio);
    limits.bytes = bytes.value_or(limits.bytes);
    limits.min_bytes = min_bytes.value_or(limits.min_bytes);
    limits.time = time.value_or(limits.time);
    limits.memory = memory.value_or(limits.memory);
  }
};

}  // namespace postern::policy
