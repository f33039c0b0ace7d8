// SPDX-License-Identifier: MIT
// One character of UTF-8 at a time (RFC 3629): overlong forms, surrogates and cut sequences are not valid and are one byte long.
// And which characters must never reach a log or a terminal as they are.
#pragma once
#include <cstdint>
#include <string_view>

namespace postern::base {

struct Utf8 {
  uint32_t code = 0;  // the byte itself when not valid
  size_t length = 1;
  bool valid = false;
};

// text must not be empty.
inline Utf8 next_utf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || first > 0xF4 || text.size() < length) return {first, 1, false};
  uint32_t code = first & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {first, 1, false};
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  static constexpr uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < smallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {first, 1, false};
  return {code, length, true};
}

// Line and paragraph separators break a line for some readers, bidirectional controls turn it round, the others are invisible.
inline bool is_deceptive(uint32_t code) {
  return (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
         code == 0x061C || code == 0xFEFF;
}
inline bool is_control(uint32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }  // C0, DEL, C1

}  // namespace postern::base
