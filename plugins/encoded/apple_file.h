// SPDX-License-Identifier: MIT
// AppleSingle and AppleDouble (RFC 1740): a table of entries, of which the forks matter. In: the file. Out: where its
// forks and its name stand; nothing where it is no such file. Bounded by its own number of entries; it never fails.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::encoded {

struct Fork {
  std::size_t offset = 0, length = 0;
  bool is_resource = false;
};

struct AppleFile {
  std::string name;  // hostile bytes
  std::vector<Fork> forks;
  bool is_damaged = false;  // an entry reaches beyond the end; what is there of it is kept
  bool has_more = false;    // more forks than are kept: there should be two
};

std::optional<AppleFile> read_apple_file(std::string_view file);

}  // namespace postern::encoded
