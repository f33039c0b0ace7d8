// SPDX-License-Identifier: MIT
// Any bytes as a calendar: the lines hold no more than was there.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "content_lines.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace calendar_plugin;
  ContentLines lines({reinterpret_cast<const char*>(data), size});
  ContentLine line;
  size_t seen = 0;
  while (lines.next(line)) {
    seen += line.name.size() + line.value.size();
    (void)line.is_base64();
  }
  if (seen > size) std::abort();
  return 0;
}
