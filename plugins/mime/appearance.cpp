// SPDX-License-Identifier: MIT
#include "appearance.h"

#include <postern/support/header_fields.h>
#include <postern/support/transfer_encodings.h>

#include <algorithm>

namespace postern::mime {

namespace s = postern::support;

bool looks_like_base64(std::string_view text) {
  constexpr std::size_t shortest = 32;
  bool upper = false, lower = false, other = false;
  std::size_t total = 0, width = 0;
  bool last_line = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = s::line_at(text, at);
    at += line.size();
    const std::string_view content = s::trim_right(line);
    if (content.empty()) continue;
    if (last_line || !s::is_base64(content)) return false;
    if (width == 0) width = content.size();
    last_line = content.size() < width;  // all lines are of one length, but the last may be shorter
    if (content.size() > width) return false;
    total += content.size();
    for (const char c : content) {
      upper = upper || (c >= 'A' && c <= 'Z');
      lower = lower || (c >= 'a' && c <= 'z');
      other = other || s::is_digit(c) || c == '+' || c == '/' || c == '=';
    }
  }
  return total >= shortest && total % 4 == 0 && upper && lower && other;
}

bool starts_unlike_base64(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return false;
  text.remove_prefix(begin);
  return !s::is_base64(s::trim_right(text.substr(0, text.find_first_of("\r\n"))));
}

std::size_t first_base64_line(std::string_view text) {
  constexpr std::size_t shortest = 32;  // a word of letters is no data
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = s::line_at(text, at);
    const std::string_view content = s::trim(line);
    if (content.size() >= shortest && s::is_base64(content)) return at;
    at += line.size();
  }
  return std::string_view::npos;
}

QuotedPrintableSigns look_for_quoted_printable(std::string_view text) {
  constexpr std::size_t several = 3;  // an address of the web may hold "=20" by chance
  std::size_t escapes = 0, soft_breaks = 0, others = 0;
  for (std::size_t at = 0; (at = text.find('=', at)) != text.npos;) {
    ++at;
    if (at + 1 < text.size() && s::hex_digit(text[at]) >= 0 && s::hex_digit(text[at + 1]) >= 0) {
      ++escapes;
      at += 2;
      continue;
    }
    const std::size_t next = std::min(text.find_first_not_of(" \t\r", at), text.size());
    ++(next < text.size() && text[next] == '\n' ? soft_breaks : others);
    at = next;
  }
  return {escapes + soft_breaks > 0, others == 0 && (soft_breaks > 0 || escapes >= several)};
}

}  // namespace postern::mime
