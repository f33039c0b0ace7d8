// SPDX-License-Identifier: MIT
// Any bytes as a ZIP file: what is listed stands inside them, and the names are not more than the bytes could hold.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "zip_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const archive_plugin::ZipWalk walk = archive_plugin::walk_zip({reinterpret_cast<const char*>(data), size});
  for (const archive_plugin::ZipMember& m : walk.members)
    if (m.offset > size || m.packed > size - m.offset || m.names.empty()) std::abort();
  if (walk.end > size) std::abort();
  return 0;
}
