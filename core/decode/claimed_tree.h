// SPDX-License-Identifier: MIT
// The tree of parts as the confined process tells it, record by record, believed only after every bound was looked at:
// it may have been taken over by the mail. Errors: base::WireError, and then nothing it said is worth anything.
#pragma once
#include <cstdint>
#include <vector>

#include "base/wire.h"
#include "decode/companion.h"
#include "mail/contents.h"

namespace postern::decode {

class ClaimedTree {
 public:
  explicit ClaimedTree(uint32_t max_parts) : max_parts_(max_parts) {}

  void take(Record kind, base::WireReader& in);
  const std::vector<mail::Part>& parts() const { return parts_; }
  std::vector<mail::Part> take_parts() { return std::move(parts_); }

 private:
  void add(mail::Part part);
  mail::Part& at(uint32_t index);
  void pay(uint64_t bytes);

  uint32_t max_parts_;
  uint64_t told_ = 0;  // bytes of names, texts and parts
  std::vector<mail::Part> parts_;
};

// Once the size of the arena is known for good: each part's bytes are there.
void check_ranges(const std::vector<mail::Part>& parts, uint64_t mail_size, uint64_t arena_size);
// The same where the process was killed in the middle: a part whose bytes never reached the arena is marked, not
// refused.
void give_up_what_is_missing(std::vector<mail::Part>& parts, uint64_t mail_size, uint64_t arena_size);

}  // namespace postern::decode
