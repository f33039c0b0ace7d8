// SPDX-License-Identifier: MIT
// What a body looks like, whatever its header declares. In: the raw body. Out: guesses, from a look at all or at the
// beginning of it, in time in proportion to its size. It never fails.
#pragma once
#include <cstddef>
#include <string_view>

namespace postern::mime {

// Does the text consist of nothing but lines of base64? Prose never does; a long identifier might, a short word cannot.
bool looks_like_base64(std::string_view text);
// Its first line that is not blank could not be base64.
bool starts_unlike_base64(std::string_view text);
// Where the first long line of nothing but base64 begins; npos: nowhere.
std::size_t first_base64_line(std::string_view text);

struct QuotedPrintableSigns {
  bool has_escapes = false;  // something in it would change when it is decoded
  bool is_likely = false;    // and nobody writes like that who does not mean it
};
QuotedPrintableSigns look_for_quoted_printable(std::string_view text);

}  // namespace postern::mime
