// SPDX-License-Identifier: MIT
// A field value with parameters, as Content-Type and Content-Disposition have it (RFC 2045, 5.1; RFC 2231). In: an
// unfolded value. Out: the value before the first ";", every parameter as it stands there, duplicates kept, and for a
// name ALL readings that mail readers are known to make of it: RFC 2231 pieces in order and out of order, with charset
// and percent signs, encoded words where none belong, quotes that never end. Which of them is right is not decided
// here. It never fails.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <postern/support/ascii.h>
#include <postern/support/encoded_words.h>
#include <postern/support/header_fields.h>

namespace postern::support {

struct Parameter {
  std::string name;           // lower case, without comments; "filename*0*" in one piece
  std::string raw;            // behind "=", up to the ";" or, quoted, with its quotes; comments included
  bool unterminated = false;  // begins with a quote that never ends: raw reaches to the end of the value
};

struct FieldValue {
  static constexpr std::size_t most_parameters =
      100'000;  // a value may be as long as a mail; 70 bytes of memory for each

  std::string value;  // "text/plain": lower case, without comments
  std::vector<Parameter> parameters;
  bool junk = false;  // text that is neither value nor parameter
  bool cut = false;   // more parameters than we keep
};

namespace detail {

class ParameterLexer {
 public:
  explicit ParameterLexer(std::string_view text) : text_(text) {}

  FieldValue run() {
    result_.value = lower(trim(plain(take_until(";"))));
    while (at_ < text_.size() && !result_.cut) {
      if (text_[at_] == ';' || is_white(text_[at_]))
        ++at_;
      else
        take_parameter();
    }
    return std::move(result_);
  }

 private:
  void take_parameter() {
    const std::string name = lower(trim(plain(take_until(";="))));
    if (at_ == text_.size() || text_[at_] == ';') {
      result_.junk = true;
      return;
    }
    ++at_;
    while (at_ < text_.size() && is_white(text_[at_])) ++at_;
    if (result_.parameters.size() == FieldValue::most_parameters) {
      result_.cut = true;
      return;
    }
    Parameter p;
    p.name = name;
    take_value(p);
    result_.parameters.push_back(std::move(p));
  }

  void take_value(Parameter& p) {
    const std::size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '"') {
      const std::size_t end = quoted_end(text_, at_);
      if (end != std::string_view::npos) {
        p.raw = text_.substr(begin, end - begin);
        at_ = end;
        skip_junk_behind_quote();
        return;
      }
      // One reader takes all the rest, another one stops at the semicolon and sees the parameters behind it. No other
      // quote can follow, so this happens once.
      p.unterminated = true;
      p.raw = text_.substr(begin);
      at_ = std::min(text_.find(';', at_), text_.size());
      return;
    }
    p.raw = trim(take_until(";"));
  }

  // name="a" filename="b": a forgotten semicolon starts a parameter, other text is junk.
  void skip_junk_behind_quote() {
    const std::size_t begin = at_;
    const std::string_view junk = trim(take_until(";"));
    if (junk.empty()) return;
    result_.junk = true;
    const std::size_t equals = text_.substr(0, at_).find('=', begin);
    if (equals != std::string_view::npos) at_ = begin;  // its name is looked for again, once
    if (equals == begin) ++at_;
  }

  // Up to one of the stops that stands outside comments, or to the end.
  std::string_view take_until(std::string_view stops) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && stops.find(text_[at_]) == std::string_view::npos) {
      if (text_[at_] != '(' || comments_unbalanced_) {
        ++at_;
        continue;
      }
      const std::size_t end = comment_end(text_, at_);
      if (end == std::string_view::npos)
        comments_unbalanced_ = true;  // and never look again: that would be quadratic
      else
        at_ = end;
    }
    return text_.substr(begin, at_ - begin);
  }

  static std::string plain(std::string_view text) {
    return text.find('(') == std::string_view::npos ? std::string(text) : without_comments(text);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool comments_unbalanced_ = false;
  FieldValue result_;
};

}  // namespace detail

inline FieldValue parse_parameters(std::string_view unfolded) {
  return detail::ParameterLexer(unfolded).run();
}

// Percent signs followed by two hexadecimal digits become bytes; others stay.
inline std::string decode_percent(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// What a parameter is used for: a name is read with even more indulgence than a boundary.
enum class ReadAs { token, name };

namespace detail {

// Distinct readings in the order they were found.
class Readings {
 public:
  static constexpr std::size_t most = 1000;  // of one parameter; a mail reader shows one of the first

  explicit Readings(ReadAs as) : as_(as) {}

  void add(std::string text) {
    if (all_.size() >= most || !seen_.insert(text).second) return;
    all_.push_back(std::move(text));
  }

  void add_value(const Parameter& p) {
    const std::string_view raw = p.raw;
    if (raw.starts_with('"')) {
      add_quoted(raw.substr(1, raw.size() - (p.unterminated ? 1 : 2)));
      if (p.unterminated)
        add_quoted(trim(raw.substr(1, raw.find(';') == std::string_view::npos ? raw.npos : raw.find(';') - 1)));
      return;
    }
    add_text(std::string(trim(without_comments(raw))));
    if (raw.find('(') != std::string_view::npos) add_text(std::string(raw));
    // An unquoted value ends at a blank by the grammar and at the semicolon for many readers.
    if (const std::size_t blank = raw.find_first_of(" \t"); blank != std::string_view::npos)
      add_text(std::string(raw.substr(0, blank)));
    if (raw.size() >= 2 && raw.front() == '\'' && raw.back() == '\'')
      add_text(std::string(raw.substr(1, raw.size() - 2)));
  }

  void add_decoded(std::string text) {
    std::string words;
    if (text.find("=?") != std::string::npos) words = decode_encoded_words(text);
    add(std::move(text));
    if (!words.empty()) add(std::move(words));
  }

  std::vector<std::string> take() { return std::move(all_); }

 private:
  void add_quoted(std::string_view inner) {
    if (inner.find('\\') != std::string_view::npos) {
      add_text(without_escapes(inner));
      add_text(std::string(inner));  // "C:\new.txt", written by those who do not escape
      return;
    }
    add_text(std::string(inner));
  }

  void add_text(std::string text) {
    if (as_ == ReadAs::name && text.find('%') != std::string::npos) {
      std::string decoded = decode_percent(text);
      add_decoded(std::move(text));
      add(std::move(decoded));
      return;
    }
    add_decoded(std::move(text));
  }

  static std::string without_escapes(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      out += text[i];
    }
    return out;
  }

  ReadAs as_;
  std::vector<std::string> all_;
  std::unordered_set<std::string> seen_;
};

// One piece of "name*3*=value" (RFC 2231, section 3).
struct Piece {
  std::uint32_t number = 0;
  bool extended = false;  // percent signs count
  std::string_view value;
};

inline std::string_view without_quotes(const Parameter& p) {
  std::string_view raw = p.raw;
  if (!raw.starts_with('"')) return raw;
  raw.remove_prefix(1);
  if (!p.unterminated) raw.remove_suffix(1);
  return raw;
}

// utf-8'en'percent%20text (RFC 2231, section 4); without the two apostrophes the text alone.
inline std::string decode_extended(std::string_view value) {
  const std::size_t first = value.find('\'');
  const std::size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
  if (second == std::string_view::npos) return decode_percent(value);
  return to_utf8(decode_percent(value.substr(second + 1)), value.substr(0, first));
}

inline std::string join(const std::vector<Piece>& pieces) {
  std::string_view charset;
  std::string out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    std::string_view value = pieces[i].value;
    if (i == 0 && pieces[i].extended) {
      const std::size_t first = value.find('\'');
      const std::size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
      if (second != std::string_view::npos) {
        charset = value.substr(0, first);
        value.remove_prefix(second + 1);
      }
    }
    out += pieces[i].extended ? decode_percent(value) : std::string(value);
  }
  return to_utf8(out, charset);
}

// All ways to put the pieces together: by number, where a number stands twice its first or its last piece, to the first
// gap or over it; and as they stand there.
inline void add_joined(const std::vector<Piece>& written, Readings& readings) {
  if (written.empty()) return;
  std::vector<Piece> sorted = written;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Piece& a, const Piece& b) { return a.number < b.number; });
  std::vector<Piece> first, last, gapless;
  for (const Piece& p : sorted) {
    const bool repeated = !first.empty() && first.back().number == p.number;
    if (repeated) {
      last.back() = p;
      continue;
    }
    if (p.number == first.size() && gapless.size() == first.size()) gapless.push_back(p);
    first.push_back(p);
    last.push_back(p);
  }
  readings.add_decoded(join(first));
  readings.add_decoded(join(last));
  if (!gapless.empty()) readings.add_decoded(join(gapless));
  readings.add_decoded(join(written));
}

}  // namespace detail

// Every distinct reading of a parameter, the most common one first: plain, then RFC 2231.
inline std::vector<std::string> readings(const FieldValue& field, std::string_view name, ReadAs as) {
  detail::Readings all(as);
  std::vector<detail::Piece> pieces;
  std::vector<const Parameter*> extended;
  for (const Parameter& p : field.parameters) {
    std::string_view rest = p.name;
    if (!rest.starts_with(name)) continue;
    rest.remove_prefix(name.size());
    if (rest.empty()) {
      all.add_value(p);
    } else if (rest == "*") {
      extended.push_back(&p);
    } else if (rest.front() == '*' && is_digit(rest[1])) {
      detail::Piece piece;
      piece.extended = rest.ends_with('*');
      for (std::size_t i = 1; i < rest.size() && is_digit(rest[i]); ++i)
        piece.number =
            std::min<std::uint32_t>(piece.number, 99'999'999) * 10 + static_cast<std::uint32_t>(rest[i] - '0');
      piece.value = detail::without_quotes(p);
      pieces.push_back(piece);
    }
  }
  for (const Parameter* p : extended) {
    all.add_decoded(detail::decode_extended(detail::without_quotes(*p)));
    all.add(std::string(detail::without_quotes(*p)));
  }
  detail::add_joined(pieces, all);
  return all.take();
}

// The first plain value, as most readers take it; empty where there is none.
inline std::string first_reading(const FieldValue& field, std::string_view name) {
  std::vector<std::string> all = readings(field, name, ReadAs::token);
  return all.empty() ? std::string() : std::move(all.front());
}

}  // namespace postern::support
