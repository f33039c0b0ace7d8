// SPDX-License-Identifier: MIT
#include "smtp/capabilities.h"

#include <algorithm>
#include <charconv>

namespace postern::smtp {
namespace {

constexpr size_t max_attributes = 16;  // seven are known; a server that names more of them is not worth memory

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

// Takes the next word off the front; empty at the end.
std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

// Ehlo-line = ehlo-keyword *( SP ehlo-param ), keywords in any case.
void read_line(std::string_view line, Capabilities& offered) {
  const std::string keyword = upper(next_word(line));
  if (keyword == "PIPELINING") {
    offered.pipelining = true;
  } else if (keyword == "8BITMIME") {
    offered.eight_bit_mime = true;
  } else if (keyword == "SMTPUTF8") {
    offered.smtputf8 = true;
  } else if (keyword == "DSN") {
    offered.dsn = true;
  } else if (keyword == "SIZE") {
    offered.size = true;
    const std::string_view limit = next_word(line);
    std::from_chars(limit.data(), limit.data() + limit.size(), offered.size_limit);
  } else if (keyword == "XFORWARD") {
    for (auto word = next_word(line); !word.empty() && offered.xforward.size() < max_attributes; word = next_word(line))
      offered.xforward.push_back(upper(word));
  }
}

}  // namespace

Capabilities capabilities(std::string_view hello_text) {
  Capabilities offered;
  for (size_t end = hello_text.find('\n'); end != std::string_view::npos; end = hello_text.find('\n')) {
    hello_text.remove_prefix(end + 1);  // the first line is the greeting
    read_line(hello_text.substr(0, hello_text.find('\n')), offered);
  }
  return offered;
}

}  // namespace postern::smtp
