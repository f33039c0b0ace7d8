// SPDX-License-Identifier: MIT
// uuencode and xxencode: each line begins with the number of bytes it holds, then every three bytes are four
// characters. In: the lines between "begin" and "end". Out: the bytes, and in what way the lines are not what they
// should be. Where a line is longer or shorter than its number says, readers differ: some believe the number, some the
// line.
#pragma once
#include <string>
#include <string_view>

namespace postern::encoded {

enum class Alphabet { uu, xx };
enum class Believe { number, line };

struct UuText {
  std::string bytes;
  bool bad_lines = false;       // no data at all, left out
  bool numbers_differ = false;  // from what the lines hold
};

UuText decode_uu(std::string_view lines, Alphabet alphabet, Believe believe);

// Could this line stand behind "begin"?
bool is_uu_line(std::string_view line);
bool is_xx_line(std::string_view line);

}  // namespace postern::encoded
