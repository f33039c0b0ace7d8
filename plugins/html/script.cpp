// SPDX-License-Identifier: MIT
#include "script.h"

#include <postern/support/ascii.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "charset.h"

namespace html_plugin {
namespace {

using postern::support::hex_digit;
using postern::support::is_digit;
using postern::support::is_white;

constexpr size_t longest_name = 200;     // of a download
constexpr size_t longest_comment = 512;  // that may stand between two pieces
constexpr size_t scrap = 16;             // pieces of a list that are shorter are words
constexpr std::string_view file_builders[] = {"Blob",   "createObjectURL",   "msSaveBlob", "msSaveOrOpenBlob",
                                              "saveAs", "showSaveFilePicker"};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

struct Token {
  enum class Kind { end, word, number, literal, sign };
  Kind kind = Kind::end;
  std::string_view text;  // of a literal: between the quotes, escapes as they are
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    for (;;) {
      while (at_ < text_.size() && is_white(text_[at_])) ++at_;
      if (at_ >= text_.size()) return {};
      if (!skip_comment()) break;
    }
    const char c = text_[at_];
    if (is_digit(c)) return number();
    if (is_word(c)) return word();
    if (c == '"' || c == '\'' || c == '`')
      if (const Token literal = quoted(c); literal.kind == Token::Kind::literal) return literal;
    return {Token::Kind::sign, text_.substr(at_++, 1)};
  }

 private:
  // Only a comment that can hide nothing: what looks like one may be a regular expression.
  bool skip_comment() {
    std::string_view rest = text_.substr(at_, longest_comment);
    const std::string_view end = rest.starts_with("//") ? "\n" : rest.starts_with("/*") ? "*/" : "";
    if (end.empty()) return false;
    rest = rest.substr(0, rest.find_first_of("\"'`"));
    const size_t found = rest.find(end, 2);
    if (found == rest.npos) return false;
    at_ += found + end.size();
    return true;
  }

  Token word() {
    const size_t start = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return {Token::Kind::word, text_.substr(start, at_ - start)};
  }
  Token number() {
    const Token digits = word();
    return {Token::Kind::number, digits.text};
  }

  // A quote that nothing closes on its line belongs to an expression or a comment.
  Token quoted(char quote) {
    size_t& unclosed = unclosed_[quote == '"' ? 0 : quote == '`' ? 1 : 2];
    if (at_ < unclosed) return {};  // known from another quote on this line
    size_t i = at_ + 1;
    for (; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        if (i + 1 < text_.size() && text_[i + 1] == '\r') ++i;  // a line that goes on behind CRLF
        ++i;
      } else if (text_[i] == quote) {
        const Token found{Token::Kind::literal, text_.substr(at_ + 1, i - at_ - 1)};
        at_ = i + 1;
        return found;
      } else if (text_[i] == '\n' && quote != '`') {
        break;
      }
    }
    unclosed = i;
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t unclosed_[3] = {};  // for each quote: up to here it has no second one
};

// \n, \x4d, \u004d, \u{4d}, \115
size_t append_escape(std::string_view rest, std::string& out) {
  const auto hexadecimal = [&](size_t from, size_t count) -> size_t {
    unsigned value = 0;
    if (rest.size() < from + count) return 0;
    for (const char c : rest.substr(from, count)) {
      if (hex_digit(c) < 0) return 0;
      value = value * 16 + static_cast<unsigned>(hex_digit(c));
    }
    if (value < 256)
      out += static_cast<char>(value);
    else
      append_utf8(value, out);
    return from + count;
  };
  switch (rest[0]) {
    case 'n':
      out += '\n';
      return 1;
    case 'r':
      out += '\r';
      return 1;
    case 't':
      out += '\t';
      return 1;
    case 'b':
      out += '\b';
      return 1;
    case 'f':
      out += '\f';
      return 1;
    case 'v':
      out += '\v';
      return 1;
    case '\r':
      return rest.starts_with("\r\n") ? 2 : 1;
    case '\n':
      return 1;
    case 'x':
      if (const size_t used = hexadecimal(1, 2)) return used;
      break;
    case 'u':
      if (const size_t used = hexadecimal(1, 4)) return used;
      break;
    default:
      break;
  }
  if (rest[0] < '0' || rest[0] > '7') {
    out += rest[0];
    return 1;
  }
  unsigned value = 0;
  size_t used = 0;
  while (used < 3 && used < rest.size() && rest[used] >= '0' && rest[used] <= '7')
    value = value * 8 + static_cast<unsigned>(rest[used++] - '0');
  out += static_cast<char>(value);
  return used;
}

void append_unescaped(std::string_view raw, std::string& out) {
  while (!raw.empty()) {
    const size_t plain = std::min(raw.find('\\'), raw.size());
    out += raw.substr(0, plain);
    raw.remove_prefix(plain);
    if (raw.size() < 2) return;
    raw.remove_prefix(1);
    raw.remove_prefix(append_escape(raw, out));
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : lexer_(text) {}

  Script read() {
    for (Token token = lexer_.next(); token.kind != Token::Kind::end; token = lexer_.next()) take(token);
    end_literal();
    end_numbers();
    return std::move(script_);
  }

 private:
  void take(const Token& token) {
    switch (token.kind) {
      case Token::Kind::literal:
        return take_literal(token.text);
      case Token::Kind::number:
        take_number(token.text);
        break;
      case Token::Kind::word:
        take_word(token.text);
        break;
      case Token::Kind::sign:
        take_sign(token.text[0]);
        break;
      case Token::Kind::end:
        break;
    }
    if (between_.size() < longest_joint + 1) between_.push_back(token);
  }

  void take_literal(std::string_view raw) {
    end_numbers();
    const Joint joint = between_.empty() && !in_literal_ ? Joint::none : joint_of(between_);
    if (!in_literal_ || joint == Joint::none) end_literal();
    if (in_literal_ && joint == Joint::list) of_scraps_ = of_scraps_ || raw.size() < scrap || last_ < scrap;
    last_ = raw.size();
    const size_t before = value_.size();
    append_unescaped(raw, value_);
    look_for_name(std::string_view(value_).substr(before));
    in_literal_ = true;
    between_.clear();
  }

  void take_number(std::string_view digits) {
    int value = -1;
    const bool hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
    const std::string_view plain = digits.substr(hexadecimal ? 2 : 0);
    const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value, hexadecimal ? 16 : 10);
    if (error != std::errc() || end != plain.data() + plain.size() || value > 255 || (negative_ && value > 128))
      return end_numbers();
    numbers_ += static_cast<char>(negative_ ? -value : value);
    negative_ = false;
  }

  void take_sign(char c) {
    negative_ = c == '-';
    if (c != ',' && c != '-') end_numbers();
  }

  void take_word(std::string_view word) {
    end_numbers();
    if (is_builder(word)) script_.builds_files = true;
    if (word == "download" || word.starts_with("msSave") || word == "saveAs" || word == "File") name_follows_ = 8;
    if (word == "download") script_.builds_files = true;
  }

  // a.download = "x.iso", setAttribute("download", "x.iso"), msSaveBlob(blob, "x.iso")
  void look_for_name(std::string_view piece) {
    if (name_follows_ > 0) --name_follows_;
    if (piece == "download") name_follows_ = 2;
    take_whole(piece);
  }
  // "Bl" + "ob", "x." + "iso"
  void take_whole(std::string_view literal) {
    if (literal == "download" || is_builder(literal)) {
      script_.builds_files = true;
    } else if (name_follows_ > 0 && is_name(literal)) {
      script_.names.emplace_back(literal);
      name_follows_ = 0;
    }
  }

  static bool is_builder(std::string_view word) {
    return std::find(std::begin(file_builders), std::end(file_builders), word) != std::end(file_builders);
  }

  static bool is_name(std::string_view text) {
    const size_t dot = text.rfind('.');
    return dot != text.npos && dot > 0 && dot + 1 < text.size() && text.size() - dot <= 6 &&
           text.size() <= longest_name && text.find_first_of("<>\"\r\n/:") == text.npos;
  }

  enum class Joint { none, sum, list };

  // The signs and words between two literals that make one of them: + & , ;s+= s=s+
  static Joint joint_of(const std::vector<Token>& between) {
    std::string shape;  // of each token one letter, words as "w"
    for (const Token& t : between)
      shape += t.kind == Token::Kind::word ? 'w' : t.kind == Token::Kind::sign ? t.text[0] : '?';
    if (shape == "+" || shape == "&") return Joint::sum;
    if ((shape == "+w" || shape == "&w") && between.back().text == "_") return Joint::sum;  // VBScript: a line goes on
    if (shape == ",") return Joint::list;
    if (shape.starts_with(';')) shape.erase(0, 1);
    if (shape == "w+=" || shape == "w&=") return Joint::sum;
    if ((shape == "w=w+" || shape == "w=w&") && between[between.size() - 4].text == between[between.size() - 2].text)
      return Joint::sum;
    return Joint::none;
  }

  void end_literal() {
    if (value_.size() >= shortest_literal)
      script_.literals.push_back({std::move(value_), of_scraps_});
    else
      take_whole(value_);
    value_.clear();
    of_scraps_ = in_literal_ = false;
    last_ = scrap;
  }

  void end_numbers() {
    if (numbers_.size() >= shortest_literal) script_.bytes.push_back(std::move(numbers_));
    numbers_.clear();
    negative_ = false;
  }

  static constexpr size_t longest_joint = 6;

  Lexer lexer_;
  Script script_;
  std::vector<Token> between_;  // since the last literal, as far as a joint may reach
  std::string value_, numbers_;
  size_t last_ = scrap;
  int name_follows_ = 0;  // so many literals may still be the name of a download
  bool in_literal_ = false, of_scraps_ = false, negative_ = false;
};

}  // namespace

Script read_script(std::string_view text) {
  return Reader(text).read();
}

}  // namespace html_plugin
