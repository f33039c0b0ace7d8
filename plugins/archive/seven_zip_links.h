// SPDX-License-Identifier: MIT
// Symbolic links in a 7z archive have their targets where files have their bytes, but libarchive gives only as much of
// a target as stands before the first zero. The archive in, the same one out with files instead of links, and which
// they were; nothing where there are none, or where its header cannot be read.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace archive_plugin {

struct SevenZipWithoutLinks {
  std::string archive;
  std::set<uint64_t> links;  // their places among the files
};

std::optional<SevenZipWithoutLinks> links_as_files(std::string_view archive);

}  // namespace archive_plugin
