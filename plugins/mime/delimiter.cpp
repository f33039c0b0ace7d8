// SPDX-License-Identifier: MIT
#include "delimiter.h"

#include <postern/support/header_fields.h>

namespace postern::mime {

namespace s = postern::support;

Delimiter delimiter(std::string_view line, std::string_view boundary) {
  line = s::trim_right(line);
  const bool indented = !line.empty() && s::is_blank(line.front());
  if (indented) line = s::trim(line);
  if (!line.starts_with("--") || !line.substr(2).starts_with(boundary)) return Delimiter::none;
  const std::string_view tail = line.substr(2 + boundary.size());
  const bool exact = tail.empty() || tail == "--";
  if (exact && !indented) return tail.empty() ? Delimiter::open : Delimiter::close;
  if (boundary.empty()) return Delimiter::none;  // or every dashed line would be one
  return tail.starts_with("--") ? Delimiter::loose_close : Delimiter::loose_open;
}

std::string guess_boundary(std::string_view text) {
  std::string_view candidate;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = s::line_at(text, at);
    at += line.size();
    if (!candidate.empty() && s::equal_ignoring_case(line.substr(0, 8), "content-")) return std::string(candidate);
    candidate = {};
    if (!line.starts_with("--")) continue;
    const std::string_view token = s::trim_right(line.substr(2));
    if (token.find_first_of(" \t") == std::string_view::npos) candidate = token;
  }
  return {};
}

}  // namespace postern::mime
