// SPDX-License-Identifier: MIT
// RAR archives for tests, of the old format and the new, header by header. Nobody may write a packer from RAR's own
// source, and nobody has written another: the two encoders here know literals and one kind of match, which is enough
// for a decoder to have tables, symbols and a window to work with. Values in, bytes out.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::testing {

struct RarEntry {
  std::string name, content;
  bool is_encrypted = false, is_split = false;
  std::string link = {};    // RAR 5: a symbolic link
  uint32_t mode = 0100644;  // of Unix
  bool is_directory = false;
  std::string packed = {};  // as it stands in the archive; empty: the content, stored
};
std::string rar4_of(const std::vector<RarEntry>&, bool is_volume = false, bool has_encrypted_headers = false);
std::string rar5_of(const std::vector<RarEntry>&, bool is_volume = false, bool has_encrypted_headers = false);

// Of literals whose last byte is repeated by a match, 227 to 257 times.
std::string rar4_packed(std::string_view literals, unsigned repeated);
std::string rar5_packed(std::string_view literals, unsigned repeated);

}  // namespace postern::testing
