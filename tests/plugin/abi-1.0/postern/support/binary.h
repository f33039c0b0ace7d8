// SPDX-License-Identifier: MIT
// For readers of binary formats of the little-endian world: numbers and pieces taken from the front of bytes, and
// UTF-16 as UTF-8. Nothing is read past the end: there, numbers are 0, pieces are short, and failed() says so.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace postern::support {

class BinaryReader {
 public:
  explicit BinaryReader(std::string_view bytes, size_t at = 0) : bytes_(bytes), at_(std::min(at, bytes.size())) {}

  uint8_t u8() { return static_cast<uint8_t>(number(1)); }
  uint16_t u16() { return static_cast<uint16_t>(number(2)); }
  uint32_t u32() { return static_cast<uint32_t>(number(4)); }
  uint64_t u64() { return number(8); }

  std::string_view take(size_t n) {
    if (n > left()) failed_ = true;
    const std::string_view piece = bytes_.substr(at_, n);
    at_ += piece.size();
    return piece;
  }
  // Up to a NUL, which is consumed.
  std::string_view c_string() {
    const size_t end = bytes_.find('\0', at_);
    const std::string_view text = take(end == bytes_.npos ? left() : end - at_);
    take(1);
    return text;
  }
  void skip(size_t n) { take(n); }

  size_t at() const { return at_; }
  size_t left() const { return bytes_.size() - at_; }
  std::string_view rest() const { return bytes_.substr(at_); }
  bool failed() const { return failed_; }

 private:
  uint64_t number(size_t width) {
    if (width > left()) {
      failed_ = true;
      at_ = bytes_.size();
      return 0;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < width; ++i)
      value |= static_cast<uint64_t>(static_cast<unsigned char>(bytes_[at_ + i])) << (8 * i);
    at_ += width;
    return value;
  }

  std::string_view bytes_;
  size_t at_;
  bool failed_ = false;
};

inline void append_utf8(std::string& out, uint32_t code) {
  const auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) return put(0xC0 | code >> 6), put(0x80 | (code & 0x3F));
  if (code < 0x10000) return put(0xE0 | code >> 12), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
  put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 0x3F)), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
}

// Of UTF-16LE without a byte order mark. Half a surrogate pair becomes U+FFFD, half a character at the end is dropped.
inline std::string utf8_of_utf16(std::string_view text) {
  std::string out;
  for (BinaryReader in(text); in.left() >= 2;) {
    uint32_t code = in.u16();
    if (code >= 0xD800 && code < 0xDC00 && in.left() >= 2) {
      const uint32_t low = BinaryReader(text, in.at()).u16();
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        in.skip(2);
      }
    }
    append_utf8(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
  }
  return out;
}

}  // namespace postern::support
