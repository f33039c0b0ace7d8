// SPDX-License-Identifier: MIT
// Any bytes as a stream of every kind, the first byte says which: decoded up to a bound, never more consumed than there
// was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace archive_plugin;
  constexpr int most_pieces = 100;
  if (size == 0) return 0;
  constexpr unsigned kinds = static_cast<unsigned>(Compression::zisofs) + 1;
  const auto codec = make_codec(static_cast<Compression>(data[0] % kinds));
  codec->start({reinterpret_cast<const char*>(data) + 1, size - 1});
  for (int pieces = 0; pieces < most_pieces; ++pieces) {
    std::string_view piece;
    const Progress progress = codec->next(piece);
    volatile char last = piece.empty() ? '\0' : piece.back();
    (void)last;
    if (codec->consumed() > size - 1) std::abort();
    if (progress != Progress::more) break;
  }
  return 0;
}
