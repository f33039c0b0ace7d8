// SPDX-License-Identifier: MIT
#include "delimiter.h"

#include <postern/support/header_fields.h>

#include <algorithm>
#include <optional>
#include <unordered_set>

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

std::vector<std::string> guess_boundaries(std::string_view text) {
  constexpr std::size_t most = 4, most_tokens = 1000, longest = 200;
  std::vector<std::string> found;
  std::unordered_set<std::string_view> seen;
  const auto add = [&](std::string_view token) {
    if (found.size() < most && std::find(found.begin(), found.end(), token) == found.end()) found.emplace_back(token);
  };
  std::optional<std::string_view> before;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = s::line_at(text, at);
    at += line.size();
    if (before && s::equal_ignoring_case(line.substr(0, 8), "content-")) add(*before);
    before.reset();
    if (!line.starts_with("--")) continue;
    const std::string_view token = s::trim_right(line.substr(2));
    if (token.size() > longest || token.find_first_of(" \t") != token.npos) continue;
    if (token.size() > 2 && token.ends_with("--") && seen.count(token.substr(0, token.size() - 2)) > 0)
      add(token.substr(0, token.size() - 2));
    if (seen.size() < most_tokens) seen.insert(token);
    before = token;
  }
  return found;
}

}  // namespace postern::mime
