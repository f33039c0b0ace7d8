// SPDX-License-Identifier: MIT
// Any bytes as a section: every file lies within it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "file_names.h"
#include "notebook.h"
#include "package.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace onenote_plugin;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const auto& files : {embedded_files(bytes), packed_files(bytes)})
    for (const EmbeddedFile& f : files)
      if (f.offset > size || f.length > size - f.offset) std::abort();
  (void)file_names(bytes);
  return 0;
}
