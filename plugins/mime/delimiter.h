// SPDX-License-Identifier: MIT
// Delimiter lines of multiparts (RFC 2046, 5.1.1): does a line separate parts, for a strict reader or for an indulgent
// one?
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace postern::mime {

enum class Delimiter {
  none,
  open,         // "--boundary", blanks may follow
  close,        // "--boundary--"
  loose_open,   // "--boundarytail" or " --boundary": body text for some readers, a delimiter for others
  loose_close,  // "--boundary--tail"
};

// line: with or without its line end.
Delimiter delimiter(std::string_view line, std::string_view boundary);

// The boundaries that the text itself seems to use: from lines "--token" before a line "Content-…", and from lines
// "--token--" behind a line "--token". In the order in which they occur; at most a handful.
std::vector<std::string> guess_boundaries(std::string_view text);

}  // namespace postern::mime
