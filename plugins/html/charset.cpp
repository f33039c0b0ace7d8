// SPDX-License-Identifier: MIT
#include "charset.h"

#include <postern/support/binary.h>
#include <postern/support/transfer_encodings.h>

#include <algorithm>

namespace html_plugin {
namespace {

constexpr size_t window = 64;  // bytes in which zeros are looked for

unsigned byte(std::string_view bytes, size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

// Pairs of surrogates become one character; a lonely one stays what it is.
void append_utf16(std::string_view bytes, bool little, std::string& out) {
  char32_t high = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t c = little ? byte(bytes, i) | byte(bytes, i + 1) << 8 : byte(bytes, i + 1) | byte(bytes, i) << 8;
    if (c >= 0xd800 && c < 0xdc00) {
      high = c;
      continue;
    }
    if (high != 0 && c >= 0xdc00 && c < 0xe000) c = 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00);
    high = 0;
    append_utf8(c, out);
  }
}

bool has_zeros_at(std::string_view bytes, size_t first) {
  size_t zeros = 0, pairs = 0;
  for (size_t i = first; i < bytes.size(); i += 2, ++pairs) zeros += bytes[i] == '\0';
  return pairs > 1 && zeros * 10 >= pairs * 9;
}

}  // namespace

void append_utf8(char32_t c, std::string& out) {
  postern::support::append_utf8(out, c >= 0x110000 ? 0xfffd : static_cast<uint32_t>(c));
}

std::optional<std::string> from_utf16(std::string_view bytes) {
  const bool marked = bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
  const std::string_view start = bytes.substr(0, window);
  const bool little = marked ? bytes.starts_with("\xff\xfe") : has_zeros_at(start, 1);
  if (!marked && !little && !has_zeros_at(start, 0)) return std::nullopt;
  std::string out;
  out.reserve(bytes.size() / 2);
  append_utf16(bytes.substr(marked ? 2 : 0), little, out);
  return out;
}

std::optional<std::string> from_utf7(std::string_view bytes) {
  // "+AD" begins every run that begins with "<"; a run that holds one later is rare, and not worth a guess.
  if (bytes.find("+AD") == bytes.npos) return std::nullopt;
  std::string out;
  for (size_t i = 0; i < bytes.size();) {
    if (bytes[i] != '+') {
      out += bytes[i++];
      continue;
    }
    size_t end = ++i;
    while (end < bytes.size() && postern::support::detail::base64_value[static_cast<unsigned char>(bytes[end])] < 64)
      ++end;
    const std::string units = postern::support::decode_base64(bytes.substr(i, end - i));
    if (end == i) out += '+';
    append_utf16(std::string_view(units).substr(0, units.size() / 2 * 2), false, out);
    i = end < bytes.size() && bytes[end] == '-' ? end + 1 : end;
  }
  return out;
}

}  // namespace html_plugin
