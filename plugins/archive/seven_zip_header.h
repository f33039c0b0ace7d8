// SPDX-License-Identifier: MIT
// Where the attributes of the files stand in the header of a 7z archive. The header in the clear in, places out. Pure,
// bounded by the size of the header; what makes no sense has no attributes.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace archive_plugin {

struct SevenZipAttributes {
  uint64_t file;  // its place among the files
  size_t at;      // of four bytes, low first
};

std::vector<SevenZipAttributes> attributes_in(std::string_view header);

}  // namespace archive_plugin
