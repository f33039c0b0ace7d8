// SPDX-License-Identifier: MIT
#include "report.h"

#include "checksum.h"

namespace dosarchive_plugin {

using postern::Child;
using postern::ChildInfo;

Child Report::open(const Member& m, uint64_t offset) {
  watch_time();
  ChildInfo info;
  info.parent = part().handle();
  if (!m.names.empty()) info.name = m.names.front();
  info.encoding = m.label;
  if (m.is_deleted) info.role = "deleted";
  info.offset = offset + m.packed.begin;
  info.length = m.packed.end - m.packed.begin;
  info.expected = m.is_special ? 0 : m.size;
  info.flags = (m.is_special ? uint32_t{POSTERN_PART_SPECIAL} : 0u) | (m.is_encrypted ? uint32_t{POSTERN_PART_ENCRYPTED} : 0u);
  return job().open(info);
}

void Report::close(Child& child, const Member& m, uint32_t flags) {
  const postern_part made = child.close(flags);
  for (size_t i = 1; i < m.names.size(); ++i) job().note("part.name", m.names[i], made);
}

uint32_t Report::decode(Codec& codec, Child& child, Checksum kind, uint32_t& sum) {
  for (std::string_view piece;;) {
    watch_time();
    piece = {};
    const Progress progress = codec.next(piece);
    sum = checksum(kind, piece, sum);
    if (!piece.empty()) child.write(piece);
    if (progress == Progress::end) return 0;
    if (progress == Progress::damaged) return damaged(codec.why());
  }
}

void Report::leftover(Range range, bool is_expected) {
  const auto begin = add_leftover(range.begin, range.end, range.end == bytes().size() ? "trailer" : "gap");
  if (begin && !is_expected) found(POSTERN_CAT_MALFORMED, "archive-trailing-bytes", "bytes that belong to no member");
}

}  // namespace dosarchive_plugin
