// SPDX-License-Identifier: MIT
// Bits from the front of bytes, the highest of each byte first. Behind the end there are zeros, and is_over() says so.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dosarchive_plugin {

class Bits {
 public:
  explicit Bits(std::string_view bytes) : bytes_(bytes) {}

  unsigned bit() {
    const size_t byte = static_cast<size_t>(at_ / 8);
    const unsigned shift = 7 - at_ % 8;
    ++at_;
    return byte < bytes_.size() ? static_cast<unsigned char>(bytes_[byte]) >> shift & 1u : 0u;
  }
  unsigned take(unsigned count) {  // at most 16
    const size_t byte = static_cast<size_t>(at_ / 8);
    uint32_t three = 0;
    for (size_t i = byte; i < byte + 3; ++i)
      three = three << 8 | (i < bytes_.size() ? static_cast<unsigned char>(bytes_[i]) : 0u);
    const unsigned used = at_ % 8;
    at_ += count;
    return three >> (24 - used - count) & ((1u << count) - 1);
  }
  bool is_over() const { return at_ > uint64_t{bytes_.size()} * 8; }

 private:
  std::string_view bytes_;
  uint64_t at_ = 0;
};

}  // namespace dosarchive_plugin
