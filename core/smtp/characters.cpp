// SPDX-License-Identifier: MIT
#include "smtp/characters.h"

#include "base/utf8.h"

namespace postern::smtp {

bool has_control(std::string_view text) {
  while (!text.empty()) {
    const base::Utf8 c = base::next_utf8(text);
    if (!c.valid || is_control(c.code)) return true;
    text.remove_prefix(c.length);
  }
  return false;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace postern::smtp
