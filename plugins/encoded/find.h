// SPDX-License-Identifier: MIT
// Where files stand encoded in a text: uuencode, xxencode, base64 and yEnc with their first lines, BinHex 4.0, and bare
// lines of base64 that decode to something known. In: the text. Out: its blocks in order, disjoint, from the first line
// to the last one that belongs to them. One pass, time in proportion to the size; it never fails. Prose that mentions
// an encoding is no block: what follows the first line must be data.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace postern::encoded {

enum class Kind { uuencode, xxencode, base64, bare_base64, yenc, binhex };

struct Block {
  Kind kind = Kind::uuencode;
  std::size_t offset = 0, length = 0;  // of the data, without the first and last line where they are no data
  std::string name;                    // hostile bytes
  bool has_end = false;                // its last line is there
};

std::vector<Block> find_blocks(std::string_view text);

}  // namespace postern::encoded
