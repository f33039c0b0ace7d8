// SPDX-License-Identifier: MIT
// Any bytes as the descriptors and directories of a disk image, behind its empty system area.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "iso_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t system_area = 16 * 2048;
  const std::string image = std::string(system_area, '\0') + std::string(reinterpret_cast<const char*>(data), size);
  const archive_plugin::IsoWalk walk = archive_plugin::walk_iso(image);
  for (const archive_plugin::IsoFile& file : walk.files)
    if (file.names.empty() || file.trees == 0) std::abort();
  return 0;
}
