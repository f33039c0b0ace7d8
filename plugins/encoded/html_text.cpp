// SPDX-License-Identifier: MIT
#include "html_text.h"

#include <postern/support/ascii.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

namespace postern::encoded {

namespace s = postern::support;

namespace {

constexpr std::size_t longest_tag = 10'000, longest_entity = 10;

bool makes_line_end(std::string_view tag) {
  if (tag.starts_with('/')) tag.remove_prefix(1);
  const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
  for (const char* each : {"br", "p", "div", "pre", "tr", "li", "body", "html", "td"})
    if (s::equal_ignoring_case(name, each)) return true;
  return false;
}

// The character of "&lt;" without its first and last one.
std::optional<char> entity(std::string_view name) {
  static constexpr std::pair<std::string_view, char> known[] = {{"lt", '<'},   {"gt", '>'},    {"amp", '&'},
                                                                {"quot", '"'}, {"apos", '\''}, {"nbsp", ' '}};
  for (const auto& [word, c] : known)
    if (name == word) return c;
  if (!name.starts_with('#')) return std::nullopt;
  name.remove_prefix(1);
  const bool is_hex = name.starts_with('x') || name.starts_with('X');
  if (is_hex) name.remove_prefix(1);
  int code = 0;
  for (const char c : name) {
    const int digit = s::hex_digit(c);
    if (digit < 0 || (!is_hex && digit > 9) || code > 127) return std::nullopt;
    code = code * (is_hex ? 16 : 10) + digit;
  }
  if (name.empty() || code == 0 || code > 127) return std::nullopt;
  return static_cast<char>(code);
}

}  // namespace

std::string html_text(std::string_view html) {
  std::string out;
  out.reserve(html.size());
  std::size_t bracket = 0;  // the next ">", looked for once
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] == '<') {
      if (bracket <= at) bracket = std::min(html.find('>', at), html.size());
      const std::size_t end = bracket - at;
      if (bracket < html.size() && end < longest_tag) {
        const bool ends_line = makes_line_end(html.substr(at + 1, end - 1));
        at += end + 1;
        if (!ends_line) continue;
        if (!out.ends_with('\n')) out += '\n';
        // The page's own line end behind it shows nothing more.
        if (html.substr(at).starts_with("\r\n"))
          at += 2;
        else if (html.substr(at).starts_with('\n'))
          ++at;
        continue;
      }
    } else if (html[at] == '&') {
      const std::size_t end = html.substr(at, longest_entity).find(';');
      if (const auto c = end == html.npos ? std::nullopt : entity(html.substr(at + 1, end - 1))) {
        out += *c;
        at += end + 1;
        continue;
      }
    }
    out += html[at++];
  }
  return out;
}

}  // namespace postern::encoded
