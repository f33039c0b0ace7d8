// SPDX-License-Identifier: MIT
// The numbers of RAR 5, seven bits to the byte, one after the other out of a range of its bytes. Past the end, or too
// long to be one, each reads as zero, and is_wrong() says so.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "bytes.h"

namespace archive_plugin {

class Numbers {
 public:
  Numbers(std::string_view bytes, uint64_t at, uint64_t end)
      : b_(bytes.substr(0, static_cast<size_t>(std::min<uint64_t>(end, bytes.size())))), at_(at) {}
  uint64_t next() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ >= b_.size()) return fail();
      const auto byte = static_cast<unsigned char>(b_[static_cast<size_t>(at_++)]);
      value |= uint64_t{byte & 0x7fu} << shift;
      if (!(byte & 0x80)) return value;
    }
    return fail();
  }
  std::string_view text(uint64_t size) {
    if (!holds(b_, at_, size)) return fail(), std::string_view();
    at_ += size;
    return b_.substr(static_cast<size_t>(at_ - size), static_cast<size_t>(size));
  }
  void skip(uint64_t size) { text(size); }
  uint64_t at() const { return at_; }
  bool is_wrong() const { return wrong_; }

 private:
  uint64_t fail() {
    wrong_ = true;
    at_ = b_.size();
    return 0;
  }
  std::string_view b_;
  uint64_t at_;
  bool wrong_ = false;
};

}  // namespace archive_plugin
