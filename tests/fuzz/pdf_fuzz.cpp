// SPDX-License-Identifier: MIT
// Any bytes as a PDF: everything that is found in it is read, up to a bound, and nothing but an answer comes out.
#include <cstddef>
#include <cstdint>

#include "document.h"
#include "revisions.h"

namespace {
struct Enough {};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pdf_plugin;
  constexpr size_t most = 1 << 20;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view revision : revisions_of(text, 3).newest_first) {
    Document document(revision);
    if (document.access() != Access::readable) continue;
    size_t seen = 0;
    for (const auto* list : {&document.inventory().attachments, &document.inventory().forms}) {
      for (const Stream& stream : *list) try {
          document.read(stream, [&](std::string_view piece) {
            seen += piece.size();
            if (seen > most) throw Enough{};
          });
        } catch (const Enough&) {
          return 0;
        }
    }
  }
  return 0;
}
