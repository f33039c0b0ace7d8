// SPDX-License-Identifier: MIT
// Where the files of the ISO 9660 trees of an image stand, all trees together: for comparison with the UDF tree. Names
// are not looked at: each tree has its own, and the decoder archive reports them. Pure, bounded.
#pragma once
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

namespace udf_plugin {

struct IsoFiles {
  bool has_tree = false;
  std::set<std::pair<uint64_t, uint64_t>> places;  // offset and size, of files that have bytes
  uint64_t boot_catalog = 0;                       // where it stands; honest writers leave it out of the tree of UDF
};

IsoFiles iso_files(std::string_view image);

}  // namespace udf_plugin
