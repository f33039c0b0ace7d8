// SPDX-License-Identifier: MIT
#include "content_lines.h"

#include <postern/support/ascii.h>

#include <algorithm>

namespace calendar_plugin {
namespace {

using postern::support::equal_ignoring_case;
using postern::support::is_blank;
using postern::support::trim;

constexpr size_t most_parameters = 50;

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

// One physical line off the front of text, without its end.
std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return text;
}

// The next of these characters outside of quotes.
size_t find_outside(std::string_view text, std::string_view wanted, size_t from) {
  bool quoted = false;
  for (size_t i = from; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && wanted.find(text[i]) != wanted.npos) return i;
  }
  return text.npos;
}

bool says_base64(std::string_view head) {
  const std::string text = upper(head);
  return text.find("BASE64") != text.npos || text.find("ENCODING=B") != text.npos;
}

}  // namespace

std::string_view ContentLine::parameter(std::string_view wanted) const {
  const auto found =
      std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) { return p.first == wanted; });
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

bool ContentLine::is_base64() const {
  return std::any_of(parameters.begin(), parameters.end(), [](const auto& p) {
    const bool names_encoding = p.first.empty() || p.first == "ENCODING";
    return names_encoding && (equal_ignoring_case(p.second, "BASE64") || equal_ignoring_case(p.second, "B"));
  });
}

bool ContentLines::next(ContentLine& line) {
  while (take_logical_line()) {
    const std::string_view text = line_;
    size_t colon = find_outside(text, ":", 0);
    if (colon == text.npos) colon = text.find(':');  // a quote that is never closed
    if (colon == text.npos) continue;
    const std::string_view head = text.substr(0, colon);
    line.parameters.clear();
    line.value = text.substr(colon + 1);
    size_t at = std::min(find_outside(head, ";", 0), head.size());
    std::string_view name = trim(head.substr(0, at));
    if (const size_t dot = name.rfind('.'); dot != name.npos) name.remove_prefix(dot + 1);
    line.name = upper(name);
    while (at < head.size() && line.parameters.size() < most_parameters) {
      const size_t end = std::min(find_outside(head, ";", at + 1), head.size());
      const std::string_view parameter = head.substr(at + 1, end - at - 1);
      const size_t equals = parameter.find('=');
      const std::string_view key = equals == parameter.npos ? std::string_view() : parameter.substr(0, equals);
      line.parameters.emplace_back(upper(trim(key)),
                                   unquoted(parameter.substr(equals == parameter.npos ? 0 : equals + 1)));
      at = end;
    }
    return true;
  }
  return false;
}

bool ContentLines::take_logical_line() {
  if (rest_.empty()) return false;
  line_ = take_line(rest_);
  while (!rest_.empty() && is_blank(rest_[0])) line_ += take_line(rest_).substr(1);
  // A card of version 2.1 goes on with base64 up to an empty line, indented or not.
  const size_t colon = line_.find(':');
  if (colon == std::string::npos || !says_base64(std::string_view(line_).substr(0, colon))) return true;
  while (!rest_.empty()) {
    std::string_view ahead = rest_;
    const std::string_view more = take_line(ahead);
    if (trim(more).empty() || more.find_first_of(":;") != more.npos) break;
    line_ += more;
    rest_ = ahead;
  }
  return true;
}

}  // namespace calendar_plugin
