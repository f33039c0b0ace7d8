// SPDX-License-Identifier: MIT
// Streaming decoders of transfer encodings: base64 and quoted-printable (RFC 2045, 6.7 and 6.8) and uuencode. In:
// encoded bytes in pieces of any size. Out: decoded bytes, appended; the pieces never change the result. They never
// fail: what does not belong there is skipped or kept as it stands, and told by the defects.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <postern/support/ascii.h>

namespace postern::support {

namespace detail {

inline constexpr std::uint8_t base64_white = 64, base64_padding = 65, base64_junk = 66;

constexpr std::array<std::uint8_t, 256> base64_values() {
  std::array<std::uint8_t, 256> table{};
  table.fill(base64_junk);
  std::uint8_t value = 0;
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
    table[static_cast<unsigned char>(c)] = value++;
  for (const char c : std::string_view(" \t\r\n")) table[static_cast<unsigned char>(c)] = base64_white;
  table['='] = base64_padding;
  return table;
}

inline constexpr std::uint32_t base64_not_plain = 0x01000000;

// For one of the four places in a group: the character's bits where the place puts them.
constexpr std::array<std::uint32_t, 256> base64_place(int shift) {
  const auto values = base64_values();
  std::array<std::uint32_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = values[i] < 64 ? static_cast<std::uint32_t>(values[i]) << shift : base64_not_plain;
  return table;
}

inline constexpr auto base64_value = base64_values();
inline constexpr auto base64_1 = base64_place(18), base64_2 = base64_place(12), base64_3 = base64_place(6),
                      base64_4 = base64_place(0);

}  // namespace detail

class Base64Decoder {
 public:
  // Two readings of a damaged text: go on behind what does not belong there, or end before it.
  enum class Damage { skip, stop };
  struct Defects {
    std::uint64_t junk = 0;           // characters outside the alphabet, white space not counted
    bool data_after_junk = false;     // so the two readings differ
    bool data_after_padding = false;  // and here
    bool incomplete = false;          // the last group has no padding, or one character only
    bool blanks_inside = false;       // blanks between the characters of a line, as in a text
  };

  explicit Base64Decoder(Damage damage = Damage::skip) : damage_(damage) {}

  void decode(std::string_view in, std::string& out) {
    const std::size_t old = out.size();
    out.resize(old + in.size() / 4 * 3 + 6);
    char* to = out.data() + old;
    const auto* p = reinterpret_cast<const unsigned char*>(in.data());
    const auto* const end = p + in.size();
    while (p < end && !stopped_) {
      if (in_group_ == 0 && !after_padding_ && defects_.junk == 0 && place_ != Place::gap) {
        const auto* const begin = p;
        p = decode_groups(p, end, to);
        if (p != begin) place_ = Place::inside;
      }
      if (p < end) decode_one(*p++, to);
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
  }

  void finish(std::string& out) {
    if (in_group_ == 0) return;
    defects_.incomplete = true;
    char rest[2];
    char* to = rest;
    flush(to);
    out.append(rest, static_cast<std::size_t>(to - rest));
  }

  const Defects& defects() const { return defects_; }

 private:
  enum class Place { line_begin, inside, gap };  // of the next character; a gap: behind a blank in a line

  // The fast way: whole groups without anything between them.
  static const unsigned char* decode_groups(const unsigned char* p, const unsigned char* end, char*& to) {
    while (end - p >= 4) {
      const std::uint32_t bits =
          detail::base64_1[p[0]] | detail::base64_2[p[1]] | detail::base64_3[p[2]] | detail::base64_4[p[3]];
      if (bits & detail::base64_not_plain) break;
      put(bits, to);
      p += 4;
    }
    return p;
  }

  static void put(std::uint32_t bits, char*& to) {
    to[0] = static_cast<char>(bits >> 16);
    to[1] = static_cast<char>(bits >> 8);
    to[2] = static_cast<char>(bits);
    to += 3;
  }

  void decode_one(unsigned char c, char*& to) {
    const std::uint8_t value = detail::base64_value[c];
    if (value == detail::base64_white) {
      if (!is_blank(static_cast<char>(c)))
        place_ = Place::line_begin;
      else if (place_ == Place::inside)
        place_ = Place::gap;
      return;
    }
    const bool behind_gap = place_ == Place::gap;
    place_ = Place::inside;
    if (value == detail::base64_padding) return pad(to);
    if (value == detail::base64_junk) {
      ++defects_.junk;
      return;
    }
    defects_.blanks_inside = defects_.blanks_inside || behind_gap;
    defects_.data_after_junk = defects_.data_after_junk || defects_.junk > 0;
    defects_.data_after_padding = defects_.data_after_padding || after_padding_;
    if (damage_ == Damage::stop && (defects_.junk > 0 || after_padding_)) {
      stopped_ = true;
      return;
    }
    after_padding_ = false;
    group_ = group_ << 6 | value;
    if (++in_group_ < 4) return;
    put(group_, to);
    group_ = 0;
    in_group_ = 0;
  }

  void pad(char*& to) {
    if (in_group_ >= 2) {
      flush(to);
      after_padding_ = true;
    } else if (in_group_ == 1 || !after_padding_) {
      ++defects_.junk;  // padding of nothing
    }
  }

  // The bytes of a group that is not full.
  void flush(char*& to) {
    const std::uint32_t bits = group_ << (6 * (4 - in_group_));
    if (in_group_ >= 2) *to++ = static_cast<char>(bits >> 16);
    if (in_group_ == 3) *to++ = static_cast<char>(bits >> 8);
    group_ = 0;
    in_group_ = 0;
  }

  Damage damage_;
  Defects defects_;
  std::uint32_t group_ = 0;
  unsigned in_group_ = 0;
  Place place_ = Place::line_begin;
  bool after_padding_ = false, stopped_ = false;
};

// Nothing but its characters, padding included.
inline bool is_base64(std::string_view line) {
  for (const char c : line)
    if (detail::base64_value[static_cast<unsigned char>(c)] >= 64 && c != '=') return false;
  return true;
}

inline std::string decode_base64(std::string_view text) {
  std::string out;
  Base64Decoder decoder;
  decoder.decode(text, out);
  decoder.finish(out);
  return out;
}

class QuotedPrintableDecoder {
 public:
  // Two readings of an escape that is none: most readers keep it as it is, some drop its "=".
  enum class BadEscape { keep, drop };
  struct Defects {
    std::uint64_t bad_escapes = 0;  // "=" that is followed by neither two hexadecimal digits nor a line end
    bool eight_bit = false;         // bytes that should have been encoded; kept
  };

  explicit QuotedPrintableDecoder(BadEscape how = BadEscape::keep) : how_(how) {}

  void decode(std::string_view in, std::string& out) {
    out.reserve(out.size() + held_.size() + in.size());
    for (std::size_t i = 0; i < in.size();) {
      if (state_ == State::text && held_.empty()) {
        i = take_run(in, i, out);
        if (i == in.size()) return;
      }
      if (take(in[i], out)) ++i;
    }
  }

  void finish(std::string& out) {
    if (state_ == State::text) {
      while (!held_.empty() && is_blank(held_.back()))
        held_.pop_back();  // white space at a line's end is not part of it
      out += held_;
    } else if (held_.find_first_not_of(" \t\r") !=
               std::string::npos) {  // a lone "=" at the very end is a soft line break
      bad_escape(out);
    }
    held_.clear();
    state_ = State::text;
  }

  const Defects& defects() const { return defects_; }

 private:
  enum class State { text, escape, escape_digit, escape_blanks };  // behind: anything, "=", "=4", "= "

  // The fast way: text up to the next escape or line end, blanks before it held back. Returns where it stopped.
  std::size_t take_run(std::string_view in, std::size_t begin, std::string& out) {
    std::size_t end = begin;
    unsigned char all = 0;
    while (end < in.size() && in[end] != '=' && in[end] != '\r' && in[end] != '\n')
      all |= static_cast<unsigned char>(in[end++]);
    defects_.eight_bit = defects_.eight_bit || all >= 0x80;
    std::size_t text = end;
    while (text > begin && is_blank(in[text - 1])) --text;
    out.append(in.substr(begin, text - begin));
    held_.assign(in.substr(text, end - text));
    return end;
  }

  // False: the state has changed, look at the same character again.
  bool take(char c, std::string& out) {
    switch (state_) {
      case State::text:
        return take_text(c, out);
      case State::escape:
        if (hex_digit(c) >= 0) return hold(c, State::escape_digit);
        [[fallthrough]];
      case State::escape_blanks:
        if (c == '\n') return drop_soft_break();
        if (is_white(c)) return hold(c, State::escape_blanks);
        return bad_escape(out);
      case State::escape_digit:
        if (hex_digit(c) < 0) return bad_escape(out);
        out += static_cast<char>(hex_digit(held_[0]) * 16 + hex_digit(c));
        held_.clear();
        state_ = State::text;
        return true;
    }
    return true;
  }

  // Blanks and CR wait: they vanish before a line's end and stay elsewhere.
  bool take_text(char c, std::string& out) {
    if (c == '\r' || is_blank(c)) return hold(c, State::text);
    if (c == '\n') {
      const bool crlf = held_.ends_with('\r');
      if (crlf) held_.pop_back();
      while (!held_.empty() && is_blank(held_.back())) held_.pop_back();
      out += held_;
      out += crlf ? "\r\n" : "\n";
      held_.clear();
      return true;
    }
    out += held_;
    held_.clear();
    if (c == '=') {
      state_ = State::escape;
      return true;
    }
    defects_.eight_bit = defects_.eight_bit || static_cast<unsigned char>(c) >= 0x80;
    out += c;
    return true;
  }

  bool hold(char c, State next) {
    held_ += c;
    state_ = next;
    return true;
  }
  bool drop_soft_break() {
    held_.clear();
    state_ = State::text;
    return true;
  }
  bool bad_escape(std::string& out) {
    ++defects_.bad_escapes;
    if (how_ == BadEscape::keep) out += '=';
    out += held_;
    held_.clear();
    state_ = State::text;
    return false;
  }

  BadEscape how_;
  State state_ = State::text;
  std::string held_;
  Defects defects_;
};

// Decodes from the first "begin" line to its "end"; what stands outside is skipped.
class UuDecoder {
 public:
  // Two readings of a line that is longer or shorter than the number in front of it says.
  enum class Believe { number, line };
  struct Defects {
    std::uint64_t bad_lines = 0;  // shorter than their length says, or with characters outside the alphabet
    bool no_begin = false, no_end = false;
    bool text_outside = false;    // before the first line or behind the last one
    bool more_begins = false;     // files behind the first one, or in it
    bool numbers_differ = false;  // so the two readings differ
  };

  explicit UuDecoder(Believe believe = Believe::number) : believe_(believe) {}

  void decode(std::string_view in, std::string& out) {
    while (!in.empty()) {
      const std::string_view piece = line_of(in);
      in.remove_prefix(piece.size());
      if (line_.empty() && piece.ends_with('\n')) {
        take_line(piece, out);
      } else {
        line_ += piece;
        if (!piece.ends_with('\n')) return;
        take_line(line_, out);
        line_.clear();
      }
    }
  }

  void finish(std::string& out) {
    if (!line_.empty()) take_line(line_, out);
    line_.clear();
    defects_.no_begin = state_ == State::before;
    defects_.no_end = state_ == State::data;
  }

  const Defects& defects() const { return defects_; }
  const std::string& name() const { return name_; }  // of the "begin" line

 private:
  enum class State { before, data, done };

  static std::string_view line_of(std::string_view text) {
    const std::size_t end = text.find('\n');
    return text.substr(0, end == std::string_view::npos ? end : end + 1);
  }

  void take_line(std::string_view line, std::string& out) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    if (line.empty()) return;
    const bool begins = take_begin(line);
    if (begins || state_ == State::before) return;
    if (state_ == State::done) {
      defects_.text_outside = defects_.text_outside || !trim(line).empty();
    } else if (trim(line) == "end") {
      state_ = State::done;
    } else {
      take_data(line, out);
    }
  }

  // "begin 644 name". True: it is one.
  bool take_begin(std::string_view line) {
    const std::string_view name = begun_name(line);
    if (name.empty()) {
      if (state_ == State::before) defects_.text_outside = defects_.text_outside || !trim(line).empty();
      return false;
    }
    if (state_ != State::before) {
      defects_.more_begins = true;
      return true;
    }
    name_ = name;
    state_ = State::data;
    return true;
  }

  static std::string_view begun_name(std::string_view line) {
    if (!line.starts_with("begin ")) return {};
    line = trim(line.substr(6));
    std::size_t digits = 0;
    while (digits < line.size() && line[digits] >= '0' && line[digits] <= '7') ++digits;
    if (digits < 3 || digits > 6 || digits == line.size() || !is_blank(line[digits])) return {};
    return trim(line.substr(digits));
  }

  void take_data(std::string_view line, std::string& out) {
    bool bad = line[0] < ' ' || line[0] > '`';
    if (bad) {
      ++defects_.bad_lines;
      return;
    }
    const std::size_t told = bits(line[0]);
    line.remove_prefix(1);
    // One character more is a checksum that some programs write.
    const std::size_t needed = (told + 2) / 3 * 4;
    if (told > 0 ? line.size() > needed + 1 || line.size() + 4 <= needed : line.size() > 1)
      defects_.numbers_differ = true;
    for (std::size_t bytes = believe_ == Believe::number ? told : line.size() / 4 * 3; bytes > 0;
         bytes -= bytes < 3 ? bytes : 3) {
      std::uint32_t group = 0;
      for (std::size_t i = 0; i < 4; ++i) {
        // Blanks at a line's end get lost on the way; they stand for zero.
        bad = bad || (i < line.size() && (line[i] < ' ' || line[i] > '`')) || line.empty();
        group = group << 6 | (i < line.size() ? bits(line[i]) : 0);
      }
      line.remove_prefix(line.size() < 4 ? line.size() : 4);
      const char decoded[3] = {static_cast<char>(group >> 16), static_cast<char>(group >> 8), static_cast<char>(group)};
      out.append(decoded, bytes < 3 ? bytes : 3);
    }
    if (bad) ++defects_.bad_lines;
  }

  static std::uint32_t bits(char c) { return (static_cast<unsigned char>(c) - 32u) & 63u; }

  Believe believe_;
  State state_ = State::before;
  std::string line_, name_;
  Defects defects_;
};

}  // namespace postern::support
