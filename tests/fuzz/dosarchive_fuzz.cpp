// SPDX-License-Identifier: MIT
// Any bytes as ARJ, ARC and ZOO: every member is unpacked, up to a bound, and all that a walk says is inside the bytes.
// What the decoder archive leaves to this one is taken: otherwise nobody would open it, and nobody would say so.
#include <cstdlib>

#include "../../plugins/archive/formats.h"
#include "../../plugins/dosarchive/arc_walk.h"
#include "../../plugins/dosarchive/arj_walk.h"
#include "../../plugins/dosarchive/codec.h"
#include "../../plugins/dosarchive/heads.h"
#include "../../plugins/dosarchive/zoo_walk.h"

namespace {

using namespace dosarchive_plugin;

void unpack(std::string_view bytes, const Walk& walk) {
  constexpr size_t most_members = 50, most_bytes = 1u << 18;
  for (const Range& range : walk.leftovers)
    if (range.begin >= range.end || range.end > bytes.size()) std::abort();
  size_t members = 0;
  for (const Member& m : walk.members) {
    if (m.packed.begin > m.packed.end || m.packed.end > bytes.size()) std::abort();
    if (++members > most_members) continue;
    const auto codec = make_codec(m.method, bytes.substr(m.packed.begin, m.packed.end - m.packed.begin), m.size);
    if (!codec) continue;
    std::string_view piece;
    for (size_t made = 0; made < most_bytes; made += piece.size())
      if (codec->next(piece) != Progress::more) break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto head = head_of(bytes, "application/octet-stream");
  if (head && head->offset > size) std::abort();
  if (archive_plugin::is_opened_elsewhere(bytes) && (!head || head->offset != 0)) std::abort();
  unpack(bytes, walk_arj(bytes));
  unpack(bytes, walk_arc(bytes));
  unpack(bytes, walk_zoo(bytes));
  return 0;
}
