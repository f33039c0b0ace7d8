// SPDX-License-Identifier: MIT
// Bits into bytes, for encoders in tests.
#pragma once
#include <cstdint>
#include <string>
#include <utility>

namespace postern::testing {

// High bits first, as LZH, ARJ and RAR have them.
class HighBits {
 public:
  void put(uint32_t value, unsigned width) {
    while (width-- > 0) {
      if (used_++ % 8 == 0) out_ += '\0';
      if (value >> width & 1) out_.back() = static_cast<char>(out_.back() | 0x80 >> (used_ - 1) % 8);
    }
  }
  size_t size() const { return used_; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  size_t used_ = 0;
};

class LowBits {
 public:
  void put(uint32_t value, unsigned width) {
    for (unsigned i = 0; i < width; ++i) {
      if (used_++ % 8 == 0) out_ += '\0';
      if (value >> i & 1) out_.back() = static_cast<char>(out_.back() | 1 << (used_ - 1) % 8);
    }
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  size_t used_ = 0;
};

}  // namespace postern::testing
