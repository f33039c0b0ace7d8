// SPDX-License-Identifier: MIT
#include "smtp/reply_parser.h"

#include <algorithm>

#include "base/utf8.h"

namespace postern::smtp {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Reply-line = Reply-code [ ( SP / "-" ) textstring ]; Reply-code = %x32-35 2DIGIT. 1yz does not occur in SMTP.
bool is_reply_line(std::string_view line) {
  return line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) && is_digit(line[2]) &&
         (line.size() == 3 || line[3] == ' ' || line[3] == '-');
}

// RFC 3463 2: class "." 1*3digit "." 1*3digit, here of the class the reply code has. 0: the text begins with none.
size_t enhanced_code_length(std::string_view text, char code_class) {
  if (text.size() < 5 || text[0] != code_class || code_class == '3') return 0;
  size_t at = 1;
  for (int number = 0; number < 2; ++number) {
    if (at >= text.size() || text[at] != '.') return 0;
    const size_t first = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == first || at - first > 3) return 0;
  }
  return at == text.size() || text[at] == ' ' ? at : 0;
}

void append_printable(std::string& out, std::string_view text) {
  const size_t limit = std::min(out.size() + ReplyParser::kept_line, ReplyParser::kept_text);
  while (!text.empty()) {
    const base::Utf8 c = base::next_utf8(text);
    if (out.size() + c.length > limit) return;
    const bool is_control = c.code < 0x20 || (c.code >= 0x7f && c.code < 0xa0);
    if (!c.valid)
      out += '?';
    else if (c.code == '\t')
      out += ' ';
    else if (!is_control)
      out.append(text.substr(0, c.length));
    text.remove_prefix(c.length);
  }
}

}  // namespace

ReplyParser::Result ReplyParser::take(std::string_view& input) {
  while (!is_garbage_ && !input.empty()) {
    const size_t newline = input.find('\n');
    const std::string_view bytes = input.substr(0, newline == std::string_view::npos ? newline : newline + 1);
    input.remove_prefix(bytes.size());
    received_ += bytes.size();
    if (partial_.size() + bytes.size() > max_line || received_ > max_reply) {
      is_garbage_ = true;
    } else if (newline == std::string_view::npos) {
      partial_.append(bytes);
    } else if (const Result result = take_whole_line(bytes); result == Result::complete) {
      received_ = 0;
      first_line_ = true;
      return result;
    } else {
      is_garbage_ = result == Result::garbage;
    }
  }
  return is_garbage_ ? Result::garbage : Result::incomplete;
}

// bytes end a line; its beginning may have come earlier.
ReplyParser::Result ReplyParser::take_whole_line(std::string_view bytes) {
  if (partial_.empty()) return take_line(bytes);
  partial_.append(bytes);
  const Result result = take_line(partial_);
  partial_.clear();
  return result;
}

ReplyParser::Result ReplyParser::take_line(std::string_view line) {
  line.remove_suffix(line.ends_with("\r\n") ? 2 : 1);
  if (!is_reply_line(line)) return Result::garbage;
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (first_line_) {
    reply_.code = code;
    reply_.enhanced.clear();
    reply_.text.clear();
  } else {
    if (code != reply_.code) return Result::garbage;  // RFC 5321 4.2.1: the same code in every line
    if (reply_.text.size() < kept_text) reply_.text += '\n';
  }
  first_line_ = false;
  std::string_view text = line.substr(std::min<size_t>(4, line.size()));
  if (const size_t length = enhanced_code_length(text, line[0])) {
    if (reply_.enhanced.empty()) reply_.enhanced = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  append_printable(reply_.text, text);
  return line.size() > 3 && line[3] == '-' ? Result::incomplete : Result::complete;
}

}  // namespace postern::smtp
