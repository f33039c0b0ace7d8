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

// libarchive 3.6 takes an old member for the next piece of the one before if both have one name, and drops it.
bool could_be_taken_for_one(const RarMember& a, const RarMember& b) {
  if (a.has_coded_name || b.has_coded_name) return true;
  const auto slashed = [](std::string name) {
    std::replace(name.begin(), name.end(), '\\', '/');
    return name;
  };
  return slashed(a.names.front()) == slashed(b.names.front());
}

// What libarchive can read, in order; null stands for a member that is ours and keeps two apart.
std::vector<const RarMember*> readable_of(const RarWalk& walk, Format format) {
  std::vector<const RarMember*> members;
  for (const RarMember& m : walk.members) {
    if (!is_readable(m)) continue;
    if (format == Format::rar4 && !members.empty() && could_be_taken_for_one(*members.back(), m))
      members.push_back(nullptr);
    members.push_back(&m);
  }
  return members;
}

// An empty file between two, of a name that neither has: a coded one has two bytes for each letter.
std::string keep_apart(const RarMember& a, const RarMember& b) {
  for (const char name : {'-', '+'})
    if (a.names.front() != std::string(1, name) && b.names.front() != std::string(1, name))
      return empty_file_of_rar4(name);
  return empty_file_of_rar4('=');
}

std::string archive_of(std::string_view archive, const RarWalk& walk, const std::vector<const RarMember*>& members,
                       Format format) {
  std::string out(archive.substr(0, static_cast<size_t>(walk.head_end)));
  for (size_t i = 0; i < members.size(); ++i)
    out += members[i] ? for_libarchive(archive, *members[i], format) : keep_apart(*members[i - 1], *members[i + 1]);
  return out;
}

Known known(const RarMember* m) {
  Known out;
  out.is_ours = !m;
  if (!m) return out;
  out.names = m->names;
  out.link = m->link;
  out.is_bare = m->is_special && !has_bytes(*m);
  return out;
}

}  // namespace

void open_rar(Report& report, const Sighting& sighting) {
  const std::string_view bytes = report.bytes().substr(static_cast<size_t>(sighting.offset));
  const RarWalk walk = walk_rar(bytes);
  tell(report, walk, sighting.format);
  if (walk.are_headers_encrypted) return;
  for (const RarMember& m : walk.members)
    if (!is_readable(m))
      report.without_bytes(described(m, sighting.offset), m.is_split ? uint32_t{POSTERN_PART_TRUNCATED} : 0u);
  const std::vector<const RarMember*> readable = readable_of(walk, sighting.format);
  const bool is_as_it_is =
      readable.size() == walk.members.size() &&
      std::none_of(readable.begin(), readable.end(), [](const RarMember* m) { return !m || is_disguised(*m); });
  const bool has_none = readable.empty() && (walk.is_whole || !walk.members.empty());
  if (!has_none) {
    const std::string made = is_as_it_is ? std::string() : archive_of(bytes, walk, readable, sighting.format);
    open_members(report, {is_as_it_is ? bytes : std::string_view(made), sighting.format},
                 [&](size_t nth) { return nth < readable.size() ? known(readable[nth]) : Known(); });
  }
  if (walk.is_whole) report.trailer(sighting.offset + walk.end);
}

}  // namespace archive_plugin
