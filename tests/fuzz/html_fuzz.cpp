// SPDX-License-Identifier: MIT
// Any bytes as a page and as a script: no crash, and what is found is not much more than what was there.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "charset.h"
#include "page.h"
#include "script.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace html_plugin;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t found = 0;
  for (const Found& f : read_page(text).found) found += decode(f.encoding, f.text).size();
  if (found > 8 * size) std::abort();
  for (const Literal& literal : read_script(text).literals) guess_encoding(literal.value);
  (void)from_utf16(text);
  (void)from_utf7(text);
  return 0;
}
