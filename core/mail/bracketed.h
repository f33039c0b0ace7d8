// SPDX-License-Identifier: MIT
// An address of the envelope in angle brackets, for lines that people and programs read: "<user@example.org>". A quoted
// local part may hold nearly anything, so control characters and brackets inside become \xNN: the text cannot leave its
// brackets or its line.
#pragma once
#include <string>
#include <string_view>

#include "base/log.h"

namespace postern::mail {

inline std::string bracketed(std::string_view address) {
  std::string out = "<";
  for (const char c : base::log::printable(address, 1024)) {
    if (c == '<')
      out += "\\x3c";
    else if (c == '>')
      out += "\\x3e";
    else
      out += c;
  }
  return out += '>';
}

}  // namespace postern::mail
