// SPDX-License-Identifier: MIT
#include "extract.h"

#include <algorithm>
#include <string>

#include "arc_walk.h"
#include "arj_walk.h"
#include "checksum.h"
#include "codec.h"
#include "heads.h"
#include "report.h"
#include "zoo_walk.h"

namespace dosarchive_plugin {
namespace {

using postern::Child;
using postern::Error;

constexpr int sure = 60, embedded = 20;

Walk walked(Kind kind, std::string_view archive) {
  switch (kind) {
    case Kind::arj: return walk_arj(archive);
    case Kind::arc: return walk_arc(archive);
    case Kind::zoo: return walk_zoo(archive);
  }
  return {};
}

void tell(Report& report, const Walk& walk) {
  const auto any = [&](bool Member::*is) {
    return std::any_of(walk.members.begin(), walk.members.end(), [is](const Member& m) { return m.*is; });
  };
  if (walk.is_volume || any(&Member::is_split))
    report.found(POSTERN_CAT_UNSUPPORTED, "archive-volume", "one of several volumes");
  if (any(&Member::is_encrypted)) report.found(POSTERN_CAT_ENCRYPTED, "archive-encrypted", "a member needs a password");
  if (walk.has_too_many)
    report.found(POSTERN_CAT_LIMIT, "archive-members", "more members, or what looks like their headers, than are looked at");
  if (walk.has_overlap) report.found(POSTERN_CAT_AMBIGUOUS, "archive-overlap", "members share their bytes");
  if (!walk.damage.empty()) report.damaged(walk.damage);
}

void open_member(Report& report, const Member& m, Checksum kind, uint64_t offset) {
  const std::string_view packed = report.bytes().substr(offset + m.packed.begin, m.packed.end - m.packed.begin);
  Child child = report.open(m, offset);
  if (m.is_special || m.is_encrypted) return report.close(child, m, 0);
  uint32_t flags = m.is_split || m.is_cut ? uint32_t{POSTERN_PART_TRUNCATED} : 0u, sum = 0;
  if (m.method == Method::unknown) {
    report.found(POSTERN_CAT_UNSUPPORTED, "archive-unsupported-method", m.label);
    return report.close(child, m, flags | POSTERN_PART_TRUNCATED);
  }
  if (m.method == Method::stored) {
    child.slice(offset + m.packed.begin, packed.size());
    sum = checksum(kind, packed);
  } else {
    flags |= report.decode(*make_codec(m.method, packed, m.size), child, kind, sum);
  }
  if (m.has_checksum && sum != m.checksum && (flags & POSTERN_PART_BROKEN) == 0) {
    report.damaged("a member's checksum is wrong");
    flags |= POSTERN_PART_BROKEN;
  }
  report.close(child, m, flags);
}

}  // namespace

void extract(postern::Job& job, const postern::Part& part) {
  Report report(job, part);
  report.watch_time();
  const auto head = head_of(report.bytes(), part.detected());
  if (!head) throw Error(POSTERN_E_UNSUPPORTED, "no such archive");
  if (head->is_given_up)
    return report.found(POSTERN_CAT_LIMIT, "archive-members", "more that looks like an ARJ archive than is looked at");
  if (head->is_polyglot)
    report.found(POSTERN_CAT_AMBIGUOUS, "archive-polyglot", std::string(name(head->kind)) + ", and something else as well");
  const Walk walk = walked(head->kind, report.bytes().substr(head->offset));
  tell(report, walk);
  for (const Member& m : walk.members) open_member(report, m, walk.checksum, head->offset);
  for (const Range& range : walk.leftovers) {
    const Range in_part{head->offset + range.begin, head->offset + range.end};
    const bool is_the_containers = head->is_enclosed && in_part.end == report.bytes().size();
    if (!is_the_containers) report.leftover(in_part, walk.is_protected);
  }
  report.finish();
}

int probe(const postern::Part& part) {
  const auto head = head_of(part.text(), part.detected());
  if (!head) return 0;
  return head->offset == 0 && !head->is_given_up ? sure : embedded;
}

}  // namespace dosarchive_plugin
