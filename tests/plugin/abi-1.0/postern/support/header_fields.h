// SPDX-License-Identifier: MIT
// Splits a header section (RFC 5322, 2.2) into fields with their exact places, without copying. In: text that begins
// with a header; lines end with CRLF or LF. Out: fields one by one, and where the body begins. It never fails: a line
// that is no field comes out as one without a name, and what to make of it is the caller's decision. What a value means
// is not decided here; unfold() and without_comments() prepare it for those who do.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postern/support/ascii.h>

namespace postern::support {

struct HeaderField {
  std::string_view name;               // as written, without blanks; empty: this line is no field
  std::string_view value;              // raw and still folded, without its last line end; a nameless line: all of it
  std::size_t offset = 0, length = 0;  // the whole field in the text, line ends included
  bool blank_before_colon = false;     // "Subject : x", obsolete syntax (RFC 5322, 4.5.8)
  bool blank_fold = false;             // a continuation line of nothing but blanks: some readers end the header there

  bool is_field() const { return !name.empty(); }
  bool is(std::string_view wanted) const { return equal_ignoring_case(name, wanted); }
};

// One line of a text, line end included; empty at the end of the text.
inline std::string_view line_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const std::size_t end = text.find('\n', at);
  return text.substr(at, end == std::string_view::npos ? std::string_view::npos : end - at + 1);
}

inline std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) {
    line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
  }
  return line;
}

class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : text_(text) {}

  // The next field; nullopt at the empty line that ends the section, or where the text ends.
  std::optional<HeaderField> next() {
    if (ended_) return std::nullopt;
    const std::string_view first = line_at(text_, at_);
    const std::string_view content = without_line_end(first);
    if (content.empty()) {
      ended_ = true;
      blank_line_ = !first.empty();
      at_ += first.size();
      return std::nullopt;
    }
    HeaderField field;
    field.offset = at_;
    at_ += first.size();
    const std::optional<std::size_t> colon = name_end(content);
    if (colon) {
      field.name = trim_right(content.substr(0, *colon));
      field.blank_before_colon = field.name.size() != *colon;
    }
    while (at_ < text_.size() && is_blank(text_[at_])) {
      const std::string_view folded = line_at(text_, at_);
      field.blank_fold = field.blank_fold || trim(folded).empty();
      at_ += folded.size();
    }
    field.length = at_ - field.offset;
    field.value = without_line_end(text_.substr(field.offset, field.length));
    if (colon) field.value.remove_prefix(*colon + 1);
    return field;
  }

  // After next() has returned nullopt:
  bool ended_by_blank_line() const { return blank_line_; }
  std::size_t body() const { return at_; }  // first byte behind the empty line; the text's size where there is none

 private:
  // Where the colon stands that ends a field name. A name holds no blanks, but some may stand before the colon.
  static std::optional<std::size_t> name_end(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view name = trim_right(line.substr(0, colon));
    if (name.empty() || name.find_first_of(" \t") != std::string_view::npos) return std::nullopt;
    return colon;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ended_ = false, blank_line_ = false;
};

struct HeaderSection {
  std::vector<HeaderField> fields;
  std::size_t body = 0;
  bool ended_by_blank_line = false;
};

inline HeaderSection parse_header(std::string_view text) {
  HeaderSection section;
  HeaderReader reader(text);
  while (auto field = reader.next()) section.fields.push_back(*field);
  section.body = reader.body();
  section.ended_by_blank_line = reader.ended_by_blank_line();
  return section;
}

// Takes the line ends out of a folded value (RFC 5322, 2.2.3) and the white space at both ends; blanks inside stay.
inline std::string unfold(std::string_view value) {
  value = trim(value);
  std::string out;
  out.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool line_end = value[i] == '\n' || (value[i] == '\r' && i + 1 < value.size() && value[i + 1] == '\n');
    if (!line_end) out += value[i];
  }
  return out;
}

// Where a comment that begins at at ends, behind its last parenthesis; npos: it never does. Comments nest.
inline std::size_t comment_end(std::string_view text, std::size_t at) {
  std::size_t open = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '(')
      ++open;
    else if (text[i] == ')' && --open == 0)
      return i + 1;
  }
  return std::string_view::npos;
}

// Where a quoted string that begins at at ends, behind its closing quote; npos: it never does.
inline std::size_t quoted_end(std::string_view text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i + 1;
  }
  return std::string_view::npos;
}

// Takes comments out that stand outside quoted strings. An unbalanced parenthesis or quote is text, and so is what
// follows it: looking for its end again and again would cost the square of the length.
inline std::string without_comments(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c != '(' && c != '"') {
      out += c;
      ++i;
      continue;
    }
    const std::size_t end = c == '(' ? comment_end(text, i) : quoted_end(text, i);
    if (end == std::string_view::npos) return out.append(text.substr(i));
    if (c == '"') out.append(text.substr(i, end - i));
    i = end;
  }
  return out;
}

}  // namespace postern::support
