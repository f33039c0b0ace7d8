// SPDX-License-Identifier: MIT
#include "handover.h"

namespace ole {

using postern::Child, postern::ChildInfo, postern::Error;

void Handover::watch_time() const {
  if (!has_time()) throw Error(POSTERN_E_TIMEOUT, "no time left to read it");
}

Child Handover::open(const ChildInfo& info) {
  watch_time();
  return job.open(info);
}

void Handover::name_more(postern_part child, const std::vector<std::string>& names) {
  for (size_t n = 1; n < names.size(); ++n) job.note("part.name", names[n], child);
}

postern_part Handover::add_stream(Compound& compound, uint32_t stream, const ChildInfo& info) {
  // A slice is a range of its parent: of the file, not of a message in a message.
  if (info.parent == part) {
    if (const std::optional<Range> range = compound.range(stream)) {
      ChildInfo where = info;
      where.offset = range->offset;
      where.length = range->length;
      Child child = open(where);
      child.slice(range->offset, range->length);
      return child.close();
    }
  }
  Child child = open(info);
  const bool is_whole = compound.copy(stream, [&](std::string_view piece) {
    watch_time();
    child.write(piece);
  });
  return child.close(is_whole ? 0u : uint32_t{POSTERN_PART_TRUNCATED});
}

postern_part Handover::add_bytes(const ChildInfo& info, std::string_view bytes, uint32_t flags) {
  Child child = open(info);
  if (!bytes.empty()) child.write(bytes);
  return child.close(flags);
}

void Handover::add_package(const Package& package, postern_part parent) {
  ChildInfo info;
  info.parent = parent;
  if (!package.names.empty()) info.name = package.names.front();
  const postern_part child = add_bytes(info, package.content);
  name_more(child, package.names);
  if (package.is_link && !package.names.empty()) job.note("part.link", package.names.back(), child);
}

void Handover::add_finding(int32_t category, std::string_view token, std::string_view text) {
  job.finding(category, token, part, text);
}

}  // namespace ole
