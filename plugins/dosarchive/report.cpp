// SPDX-License-Identifier: MIT
#include "report.h"

#include <algorithm>

#include "checksum.h"

namespace dosarchive_plugin {

using postern::Child;
using postern::ChildInfo;
using postern::Error;

void Report::watch_time() const {
  if (job_.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left to unpack");
}

Child Report::open(const Member& m, uint64_t offset) {
  watch_time();
  ChildInfo info;
  info.parent = part_.handle();
  if (!m.names.empty()) info.name = m.names.front();
  info.encoding = m.label;
  if (m.is_deleted) info.role = "deleted";
  info.offset = offset + m.packed.begin;
  info.length = m.packed.end - m.packed.begin;
  info.expected = m.is_special ? 0 : m.size;
  info.flags = (m.is_special ? uint32_t{POSTERN_PART_SPECIAL} : 0u) | (m.is_encrypted ? uint32_t{POSTERN_PART_ENCRYPTED} : 0u);
  return job_.open(info);
}

void Report::close(Child& child, const Member& m, uint32_t flags) {
  const postern_part made = child.close(flags);
  for (size_t i = 1; i < m.names.size(); ++i) job_.note("part.name", m.names[i], made);
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
  const std::string_view rest = bytes_.substr(range.begin, range.end - range.begin);
  // CP/M filled its last block with ^Z, mail adds a line end.
  const auto pads = [](char c) { return c == 0 || c == '\r' || c == '\n' || c == ' ' || c == '\t' || c == 0x1a; };
  const auto first = std::find_if_not(rest.begin(), rest.end(), pads);
  if (first == rest.end()) return;
  watch_time();
  const uint64_t begin = range.begin + static_cast<uint64_t>(first - rest.begin());
  ChildInfo info;
  info.parent = part_.handle();
  info.role = range.end == bytes_.size() ? "trailer" : "gap";
  info.offset = begin;
  info.length = range.end - begin;
  Child child = job_.open(info);
  child.slice(info.offset, info.length);
  child.close();
  if (!is_expected) found(POSTERN_CAT_MALFORMED, "archive-trailing-bytes", "bytes that belong to no member");
}

uint32_t Report::damaged(std::string_view why) {
  if (damage_.empty()) damage_ = why.empty() ? "cannot be read" : why;
  return POSTERN_PART_BROKEN | POSTERN_PART_TRUNCATED;
}

void Report::found(int32_t category, std::string_view token, std::string_view why) {
  if (!told_.emplace(token).second) return;
  job_.finding(category, token, part_.handle(), why);
}

void Report::finish() {
  if (damage_.empty()) return;
  found(POSTERN_CAT_MALFORMED, "archive-damaged", damage_);
  throw Error(POSTERN_E_BROKEN, damage_);
}

}  // namespace dosarchive_plugin
