// SPDX-License-Identifier: MIT
#include "rar_open.h"

#include <algorithm>
#include <string>

#include "members.h"
#include "rar_plain.h"
#include "rar_walk.h"

namespace archive_plugin {
namespace {

bool has_bytes(const RarMember& m) {
  return m.end > m.data;
}

// libarchive gives up at the first encrypted or divided member.
bool is_readable(const RarMember& m) {
  return !m.is_encrypted && !m.is_split && (m.link.empty() || has_bytes(m));
}

// Its bytes are read all the same, as those of a file.
bool is_disguised(const RarMember& m) {
  return m.is_special && has_bytes(m);
}

std::string for_libarchive(std::string_view archive, const RarMember& m, Format format) {
  const std::string_view member = archive.substr(static_cast<size_t>(m.begin), static_cast<size_t>(m.end - m.begin));
  if (!is_disguised(m)) return std::string(member);
  return format == Format::rar4 ? as_plain_file_of_rar4(member) : as_plain_file_of_rar5(member);
}

NewChild described(const RarMember& m, uint64_t offset) {
  NewChild told;
  told.names = m.names;
  told.link = m.link;
  told.offset = offset + m.begin;
  told.length = m.end - m.begin;
  told.special = m.is_special;
  told.expected = told.special ? 0 : m.size;
  told.encrypted = m.is_encrypted;
  return told;
}

void tell(Report& report, const RarWalk& walk, Format format) {
  if (walk.is_volume) report.unsupported("archive-volume", "one of several volumes");
  if (walk.are_headers_encrypted) report.encrypted("its headers are encrypted");
  if (walk.has_too_many) report.limit("archive-members", "more members than are looked at");
  if (std::any_of(walk.members.begin(), walk.members.end(), [](const RarMember& m) { return m.is_encrypted; }))
    report.encrypted("a member needs a password");
  // The old format keeps the target of a link where a file has its bytes.
  if (std::any_of(walk.members.begin(), walk.members.end(),
                  [&](const RarMember& m) { return is_disguised(m) && !(format == Format::rar4 && !m.link.empty()); }))
    report.special_bytes();
}

}  // namespace

void open_rar(Report& report, const Sighting& sighting) {
  const std::string_view bytes = report.bytes().substr(static_cast<size_t>(sighting.offset));
  const RarWalk walk = walk_rar(bytes);
  tell(report, walk, sighting.format);
  if (walk.are_headers_encrypted) return;
  std::vector<const RarMember*> readable;
  for (const RarMember& m : walk.members) {
    if (is_readable(m))
      readable.push_back(&m);
    else
      report.without_bytes(described(m, sighting.offset), m.is_split ? uint32_t{POSTERN_PART_TRUNCATED} : 0u);
  }
  if (walk.members.empty() && walk.is_whole) return report.trailer(sighting.offset + walk.end);
  if (!readable.empty() || walk.members.empty()) {
    std::string without_the_others;  // an archive of those that libarchive can read
    std::string_view given = bytes;
    if (readable.size() < walk.members.size() ||
        std::any_of(readable.begin(), readable.end(), [](const RarMember* m) { return is_disguised(*m); })) {
      without_the_others = bytes.substr(0, static_cast<size_t>(walk.head_end));
      for (const RarMember* m : readable) without_the_others += for_libarchive(bytes, *m, sighting.format);
      given = without_the_others;
    }
    open_members(report, {given, sighting.format}, [&](size_t nth) {
      return nth < readable.size() ? Known{readable[nth]->names, readable[nth]->link} : Known();
    });
  }
  if (walk.is_whole) report.trailer(sighting.offset + walk.end);
}

}  // namespace archive_plugin
