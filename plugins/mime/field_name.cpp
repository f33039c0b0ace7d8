// SPDX-License-Identifier: MIT
#include "field_name.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace postern::mime {

namespace s = postern::support;

namespace {

ContentField by_name(std::string_view name) {
  if (name.size() < 12 || !s::equal_ignoring_case(name.substr(0, 8), "content-")) return ContentField::none;
  if (s::equal_ignoring_case(name, "content-type")) return ContentField::type;
  if (s::equal_ignoring_case(name, "content-disposition")) return ContentField::disposition;
  if (s::equal_ignoring_case(name, "content-transfer-encoding")) return ContentField::encoding;
  return ContentField::none;
}

bool is_plain(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || s::is_digit(c) || c == '-';
  });
}

struct LookAlike {
  std::uint32_t code;
  char letter;
};
// Letters and hyphens that look like those of "content-transfer-encoding" and its sisters.
constexpr LookAlike look_alikes[] = {
    {0x0391, 'a'}, {0x0392, 'b'}, {0x0395, 'e'}, {0x0397, 'h'}, {0x0399, 'i'}, {0x039D, 'n'}, {0x039F, 'o'},
    {0x03A1, 'p'}, {0x03A4, 't'}, {0x03A5, 'y'}, {0x03BF, 'o'}, {0x03F2, 'c'}, {0x03F9, 'c'}, {0x0405, 's'},
    {0x0406, 'i'}, {0x0410, 'a'}, {0x0415, 'e'}, {0x041E, 'o'}, {0x0420, 'p'}, {0x0421, 'c'}, {0x0422, 't'},
    {0x0423, 'y'}, {0x0430, 'a'}, {0x0435, 'e'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0443, 'y'},
    {0x0455, 's'}, {0x0456, 'i'}, {0x0501, 'd'}, {0x0578, 'n'}, {0x2010, '-'}, {0x2011, '-'}, {0x2012, '-'},
    {0x2013, '-'}, {0x2014, '-'}, {0x2212, '-'}};

// What a character of a name looks like; 0: nothing.
char looks_like(std::uint32_t code) {
  if (code >= 0xFF01 && code <= 0xFF5E) code -= 0xFF01 - 0x21;  // full width
  if (code <= 0x20 || code == 0x7F || code == 0xAD || code == 0xFEFF) return 0;
  if (code >= 0x2000 && code <= 0x200F) return 0;
  if (code == '_') return '-';
  if (code < 0x80) return s::lower(static_cast<char>(code));
  for (const LookAlike& l : look_alikes)
    if (l.code == code) return l.letter;
  return '?';
}

// One character of UTF-8; a byte that begins none stands for itself.
std::uint32_t take_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const std::uint32_t first = byte(at);
  const std::size_t more = first >= 0xE0 && first < 0xF0 ? 2 : first >= 0xC2 && first < 0xE0 ? 1 : 0;
  std::uint32_t code = more == 2 ? first & 0x0F : more == 1 ? first & 0x1F : first;
  for (std::size_t i = 1; i <= more; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) {
      ++at;
      return first;
    }
    code = code << 6 | (byte(at + i) & 0x3F);
  }
  at += 1 + more;
  return code;
}

// The name as the most indulgent reader sees it: without comments, blanks and what is invisible. A parenthesis that was
// never closed ends it, one that was never opened is nothing.
std::string indulgent(std::string_view name) {
  std::string bare = s::without_comments(name);
  bare.resize(std::min(bare.find('('), bare.size()));
  std::string out;
  for (std::size_t at = 0; at < bare.size();)
    if (const char c = looks_like(take_character(bare, at)); c && c != ')') out += c;
  return out;
}

std::size_t colon_outside_comments(std::string_view line) {
  for (std::size_t i = 0; i < line.size();) {
    if (line[i] == ':') return i;
    const std::size_t end = line[i] == '(' ? s::comment_end(line, i) : std::string_view::npos;
    i = end == std::string_view::npos ? i + 1 : end;
    if (end == std::string_view::npos && i > 0 && line[i - 1] == '(')
      return line.find(':', i);  // unbalanced, and looking again would be quadratic
  }
  return std::string_view::npos;
}

}  // namespace

NamedField content_field(const s::HeaderField& line) {
  NamedField result;
  if (line.is_field() && is_plain(line.name)) {
    result.field = by_name(line.name);
    result.odd = line.blank_before_colon;
    result.value = line.value;
    return result;
  }
  // A name with a colon in its comment was split too early, so the line is put together again.
  std::string_view whole = line.value;
  if (line.is_field())
    whole = std::string_view(line.name.data(),
                             static_cast<std::size_t>(line.value.data() + line.value.size() - line.name.data()));
  const std::string_view first_line = s::line_at(whole, 0);
  result.odd = true;
  const auto take = [&](std::size_t colon) {
    if (colon == std::string_view::npos) return;
    const ContentField field = by_name(indulgent(whole.substr(0, colon)));
    if (field == ContentField::none) return;
    (result.field == ContentField::none ? result.value : result.other_value) = whole.substr(colon + 1);
    result.field = field;
  };
  const std::size_t colon = colon_outside_comments(first_line), first_colon = first_line.find(':');
  take(colon);
  if (first_colon != colon) take(first_colon);
  return result;
}

bool looks_like_parameter(std::string_view line) {
  line = s::trim(line);
  std::size_t i = 0;
  while (i < line.size() && (s::is_digit(line[i]) || line[i] == '*' || line[i] == '-' ||
                             (s::lower(line[i]) >= 'a' && s::lower(line[i]) <= 'z')))
    ++i;
  if (i == 0 || i > 40) return false;
  while (i < line.size() && s::is_blank(line[i])) ++i;
  return i < line.size() && line[i] == '=';
}

}  // namespace postern::mime
