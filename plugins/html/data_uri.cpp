// SPDX-License-Identifier: MIT
#include "data_uri.h"

#include <postern/support/ascii.h>

#include <algorithm>

namespace html_plugin {
namespace {

using postern::support::is_white;
using postern::support::lower;
using postern::support::trim;

constexpr std::string_view scheme = "data:";
constexpr size_t longest_head = 300;  // of type and parameters

// The next place behind a "data:" that is no end of a longer word.
size_t next(std::string_view text, size_t from) {
  for (size_t colon = text.find(':', from); colon != text.npos; colon = text.find(':', colon + 1)) {
    if (colon + 1 < scheme.size() || !postern::support::equal_ignoring_case(text.substr(colon - 4, 5), scheme))
      continue;
    if (colon >= scheme.size()) {
      const char before = lower(text[colon - 5]);
      if ((before >= 'a' && before <= 'z') || before == '-' || before == '_') continue;
    }
    return colon + 1;
  }
  return text.npos;
}

// "image/png;charset=x;base64"; scripts have "data:" as a name too, and then other things follow.
bool is_head(std::string_view head) {
  if (head.find_first_of("<>{}()[]") != head.npos) return false;
  const std::string_view type = trim(head.substr(0, head.find(';')));
  return type.empty() || (type.find('/') != type.npos && type.find_first_of(" \t\r\n\"'") == type.npos);
}

bool is_base64_head(std::string_view head) {
  const size_t semicolon = head.rfind(';');
  return semicolon != head.npos && lower(trim(head.substr(semicolon + 1))) == "base64";
}

size_t end_of_base64(std::string_view text, size_t at) {
  while (at < text.size() && (is_base64(text[at]) || text[at] == '=' || text[at] == '%' || is_white(text[at]))) ++at;
  return at;
}

size_t end_of_text(std::string_view text, size_t at, char quote) {
  const size_t end = text.find_first_of(quote == '\0' ? " \t\r\n\"'<>)" : std::string_view(&quote, 1), at);
  return end == text.npos ? text.size() : end;
}

}  // namespace

std::vector<DataUri> find_data_uris(std::string_view text) {
  std::vector<DataUri> all;
  const size_t first = text.find_first_not_of(" \t\r\n");
  for (size_t at = next(text, 0); at != text.npos; at = next(text, at)) {
    const size_t comma = text.substr(at, longest_head).find(',');
    if (comma == text.npos || !is_head(text.substr(at, comma))) continue;
    const std::string_view head = text.substr(at, comma);
    const bool base64 = is_base64_head(head);
    const size_t start = at - scheme.size(), data = at + comma + 1;
    // Alone in its attribute it reaches to its end; within quotes to the quote.
    const bool is_alone = start == first;
    const char before = start > 0 ? text[start - 1] : ' ';
    size_t end = base64                            ? end_of_base64(text, data)
                 : is_alone                        ? text.size()
                 : before == '"' || before == '\'' ? end_of_text(text, data, before)
                                                   : end_of_text(text, data, '\0');
    const std::string_view type = trim(head.substr(0, head.find(';')));
    if (end > data)
      all.push_back({type.empty() ? "text/plain" : lower(type), base64 ? Encoding::base64 : Encoding::percent,
                     text.substr(data, end - data)});
    at = std::max(end, at + 1);
  }
  return all;
}

}  // namespace html_plugin
