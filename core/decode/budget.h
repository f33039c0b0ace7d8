// SPDX-License-Identifier: MIT
// The purse of one mail: every part opened and every byte extracted is paid from it, over all nesting and formats together.
// Once something was refused, everything is: the first limit that was reached is the one the mail is marked with.
#pragma once
#include <cstdint>
#include <string_view>

#include "policy/limits.h"
#include "postern/support/deadline.h"

namespace postern::decode {

using policy::Limits;

class Budget {
 public:
  Budget(const Limits& limits, uint64_t mail_size, support::Deadline deadline)
      : limits_(limits), bytes_left_(limits.byte_quota(mail_size)), parts_left_(limits.parts), deadline_(deadline) {}

  // One part at this depth (the mail's own is 0).
  bool pay_part(uint32_t depth) {
    if (is_exhausted()) return false;
    if (deadline_.passed()) return refuse("limit-time");
    if (depth > limits_.depth) return refuse("limit-depth");
    if (parts_left_ == 0) return refuse("limit-parts");
    --parts_left_;
    return true;
  }
  bool pay_bytes(uint64_t n) {
    if (is_exhausted()) return false;
    if (deadline_.passed()) return refuse("limit-time");
    if (n > bytes_left_) return refuse("limit-bytes");
    bytes_left_ -= n;
    return true;
  }

  bool is_exhausted() const { return !exhausted_.empty(); }
  std::string_view exhausted() const { return exhausted_; }  // "limit-depth" …; empty: there is something left
  const support::Deadline& deadline() const { return deadline_; }

 private:
  bool refuse(std::string_view what) {
    exhausted_ = what;
    return false;
  }

  Limits limits_;
  uint64_t bytes_left_;
  uint32_t parts_left_;
  support::Deadline deadline_;
  std::string_view exhausted_;
};

}  // namespace postern::decode
