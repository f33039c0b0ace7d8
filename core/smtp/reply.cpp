// SPDX-License-Identifier: MIT
#include "smtp/reply.h"

#include <algorithm>
#include <cassert>
#include <string_view>

#include "base/utf8.h"
#include "smtp/characters.h"

namespace postern::smtp {
namespace {

constexpr size_t line_limit = 512;  // with CRLF

std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const base::Utf8 c = base::next_utf8(text);
    if (!c.valid)
      out += '?';
    else if (c.code == '\n' || !is_control(c.code))
      out.append(text.substr(0, c.length));
    else
      out += ' ';
    text.remove_prefix(c.length);
  }
  return out;
}

// How much of the text fits: up to its '\n', else up to the last blank in reach, else up to the last whole character.
size_t length_of_line(std::string_view text, size_t room) {
  const size_t end = std::min(text.find('\n'), text.size());
  if (end <= room) return end;
  const size_t blank = text.rfind(' ', room);
  if (blank != std::string_view::npos && blank > 0) return blank;
  size_t cut = room;
  while (cut > 1 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return cut;
}

}  // namespace

void append_reply(std::string& out, const mail::Reply& reply) {
  assert(reply.code >= 200 && reply.code <= 599);
  const std::string code = std::to_string(reply.code);
  std::string enhanced = clean(reply.enhanced.substr(0, 16));
  std::replace(enhanced.begin(), enhanced.end(), '\n', ' ');
  if (!enhanced.empty()) enhanced += ' ';
  const size_t room = line_limit - code.size() - 1 - enhanced.size() - 2;

  const std::string text = clean(reply.text);
  std::string_view rest = text;
  for (bool more = true; more;) {
    const size_t length = length_of_line(rest, room);
    more = length < rest.size();
    out.append(code).append(more ? "-" : " ").append(enhanced).append(rest.substr(0, length)).append("\r\n");
    rest.remove_prefix(length);
    if (more && (rest.front() == '\n' || rest.front() == ' ')) rest.remove_prefix(1);
  }
}

}  // namespace postern::smtp
