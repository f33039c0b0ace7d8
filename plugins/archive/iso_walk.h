// SPDX-License-Identifier: MIT
// All file trees of a disk image (ISO 9660 with its supplementary trees: Joliet, and Rock Ridge beside the plain
// names): its bytes in, every file that any of them shows out, each once, with all names. Pure, bounded; what is wrong
// is a value.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace archive_plugin {

struct IsoFile {
  std::vector<std::string> names;                      // with their paths
  std::string link;                                    // where a symbolic link of Rock Ridge points
  std::vector<std::pair<uint64_t, uint64_t>> extents;  // offset and size in the image, in order
  uint64_t size = 0;
  uint32_t trees = 0;  // a bit for each tree that shows it
  bool is_directory = false;
  bool is_special = false;     // device, FIFO, socket
  bool is_compressed = false;  // zisofs
  bool is_disputed = false;    // Rock Ridge makes something else of it, or shows it nowhere
};

struct IsoWalk {
  std::vector<IsoFile> files;
  uint32_t trees = 0;  // how many
  uint64_t end = 0;    // of the volume as it claims
  std::string damage;
  bool has_udf = false;  // a tree of another kind stands in the image, too
  bool has_too_many = false;
};

IsoWalk walk_iso(std::string_view bytes);

}  // namespace archive_plugin
