// SPDX-License-Identifier: MIT
#include "yenc.h"

#include <postern/support/header_fields.h>

namespace postern::encoded {

namespace s = postern::support;

std::string decode_yenc(std::string_view lines) {
  std::string out;
  out.reserve(lines.size());
  if (lines.starts_with("=ypart ")) lines.remove_prefix(s::line_at(lines, 0).size());
  bool escaped = false;
  for (const char c : lines) {
    if (c == '\r' || c == '\n') continue;
    if (c == '=' && !escaped) {
      escaped = true;
      continue;
    }
    out += static_cast<char>(c - 42 - (escaped ? 64 : 0));
    escaped = false;
  }
  return out;
}

}  // namespace postern::encoded
