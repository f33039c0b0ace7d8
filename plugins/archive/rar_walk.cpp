// SPDX-License-Identifier: MIT
#include "rar_walk.h"

#include <algorithm>

#include "bytes.h"
#include "rar_numbers.h"

namespace archive_plugin {
namespace {

using namespace std::string_view_literals;

constexpr size_t most_members = 1u << 17;

// ---- the old format: blocks of checksum, type, flags, size

enum OldType : uint8_t { old_main = 0x73, old_file = 0x74, old_end = 0x7b };
enum OldSystem : uint8_t { old_windows = 2, old_unix = 3 };
enum : uint16_t {
  main_volume = 0x1,
  main_solid = 0x8,
  main_encrypted = 0x80,
  file_split_before = 0x1,
  file_split_after = 0x2,
  file_encrypted = 0x4,
  file_directory = 0xe0,
  file_large = 0x100,
  file_unicode = 0x200,
  end_more_volumes = 0x1,
  long_block = 0x8000,
};

// What the attributes are, the system that wrote them says: a mode, or the bits of DOS.
bool is_old_link(std::string_view b, uint64_t at) {
  constexpr uint32_t kind = 0170000, link = 0120000;
  return little(b, at + 15, 1) == old_unix && (little32(b, at + 28) & kind) == link;
}

// As far as it can be read where it stands.
std::string old_target(std::string_view b, const RarMember& m) {
  constexpr uint64_t longest = 4096, stored = 0x30;
  if (m.is_encrypted) return "encrypted";
  if (little(b, m.begin + 25, 1) != stored) return "compressed";
  return std::string(range(b, m.data, std::min(longest, m.end - m.data)));
}

bool is_old_special(std::string_view b, uint64_t at) {
  constexpr uint32_t kind = 0170000, file = 0100000, dos_directory = 0x10;
  const uint32_t attributes = little32(b, at + 28);
  if (little(b, at + 15, 1) == old_unix) return (attributes & kind) != 0 && (attributes & kind) != file;
  return little(b, at + 15, 1) <= old_windows && (attributes & dos_directory);
}

void walk_old(std::string_view b, RarWalk& out) {
  constexpr uint64_t signature = 7, least_block = 7, file_head = 32;
  for (uint64_t at = signature; holds(b, at, least_block);) {
    const auto type = static_cast<uint8_t>(little(b, at + 2, 1));
    const uint16_t flags = little16(b, at + 3), size = little16(b, at + 5);
    if (size < least_block || !holds(b, at, size)) return;
    uint64_t packed = flags & long_block ? little32(b, at + 7) : 0;
    if (type == old_main) {
      out.is_volume = flags & main_volume;
      out.is_solid = flags & main_solid;
      out.are_headers_encrypted = flags & main_encrypted;
      out.head_end = out.end = at + size;
      if (out.are_headers_encrypted) return;
    }
    if (type == old_file && size >= file_head) {
      RarMember m;
      m.size = little32(b, at + 11);
      uint64_t name = at + file_head;
      if (flags & file_large) {
        packed |= little(b, name, 4) << 32;
        m.size |= little(b, name + 4, 4) << 32;
        name += 8;
      }
      if (m.size == 0xffffffff || m.size == ~0ull) m.size = 0;  // not known
      const std::string_view raw = range(b.substr(0, static_cast<size_t>(at + size)), name, little16(b, at + 26));
      m.names.emplace_back(flags & file_unicode ? raw.substr(0, raw.find('\0')) : raw);
      m.has_coded_name = flags & file_unicode;
      m.is_encrypted = flags & file_encrypted;
      m.is_directory = (flags & file_directory) == file_directory;
      m.is_special = m.is_directory || is_old_special(b, at);
      m.is_split = flags & (file_split_before | file_split_after);
      m.begin = at;
      m.data = at + size;
      m.end = packed > b.size() - m.data ? b.size() : m.data + packed;
      if (is_old_link(b, at) && m.end > m.data) m.link = old_target(b, m);
      if (out.members.size() >= most_members) {
        out.has_too_many = true;
        return;
      }
      out.members.push_back(std::move(m));
    }
    if (packed > b.size() - at - size) return;
    at += size + packed;
    out.end = at;
    if (type != old_end) continue;
    out.is_whole = true;
    out.is_volume |= (flags & end_more_volumes) != 0;
    return;
  }
}

// ---- the new format: numbers of seven bits to the byte

enum NewType : uint64_t { new_main = 1, new_file = 2, new_crypt = 4, new_end = 5 };
enum : uint64_t {
  has_extra = 1,
  has_data = 2,
  split_before = 8,
  split_after = 16,  // of any header
  archive_volume = 1,
  archive_number = 2,
  archive_solid = 4,
  entry_directory = 1,
  entry_time = 2,
  entry_checksum = 4,
  entry_unknown_size = 8,
  record_encryption = 1,
  record_redirection = 5,
};

void read_records(std::string_view b, uint64_t at, uint64_t end, RarMember& m) {
  while (at < end) {
    Numbers n(b, at, end);
    const uint64_t size = n.next(), begin = n.at();
    if (n.is_wrong() || size == 0 || size > end - begin) return;
    const uint64_t type = n.next();
    if (type == record_encryption) m.is_encrypted = true;
    if (type == record_redirection) {
      n.next();  // kind
      n.next();  // flags
      m.link = n.text(n.next());
      if (m.link.empty()) m.link = "?";
    }
    at = begin + size;
  }
}

RarMember read_member(std::string_view b, Numbers& n, uint64_t extra_at, uint64_t header_end, uint64_t flags) {
  RarMember m;
  const uint64_t kind = n.next();
  m.size = n.next();
  if (kind & entry_unknown_size) m.size = 0;
  n.next();  // attributes
  if (kind & entry_time) n.skip(4);
  if (kind & entry_checksum) n.skip(4);
  n.next();  // compression
  n.next();  // system
  m.names.emplace_back(n.text(n.next()));
  m.is_directory = kind & entry_directory;
  m.is_split = flags & (split_before | split_after);
  read_records(b, extra_at, header_end, m);
  m.is_special = m.is_directory || !m.link.empty();
  return m;
}

void walk_new(std::string_view b, RarWalk& out) {
  constexpr uint64_t signature = 8, checksum = 4;
  for (uint64_t at = signature; holds(b, at, checksum + 3);) {
    Numbers n(b, at + checksum, b.size());
    const uint64_t size = n.next(), begin = n.at();
    if (n.is_wrong() || size == 0 || size > b.size() - begin) return;
    const uint64_t header_end = begin + size;
    Numbers h(b, begin, header_end);
    const uint64_t type = h.next(), flags = h.next(), extra = flags & has_extra ? h.next() : 0,
                   packed = flags & has_data ? h.next() : 0;
    if (h.is_wrong() || extra > size) return;
    if (type == new_crypt) {
      out.are_headers_encrypted = true;
      out.end = header_end;
      return;
    }
    if (type == new_main) {
      const uint64_t kind = h.next();
      out.is_volume = kind & (archive_volume | archive_number);
      out.is_solid = kind & archive_solid;
      out.head_end = header_end;
    }
    if (type == new_file) {
      if (out.members.size() >= most_members) {
        out.has_too_many = true;
        return;
      }
      RarMember m = read_member(b, h, header_end - extra, header_end, flags);
      m.begin = at;
      m.data = header_end;
      m.end = packed > b.size() - header_end ? b.size() : header_end + packed;
      out.members.push_back(std::move(m));
    }
    if (packed > b.size() - header_end) return;
    at = header_end + packed;
    out.end = at;
    if (type != new_end) continue;
    out.is_whole = true;
    out.is_volume |= (h.next() & 1) != 0;
    return;
  }
}

}  // namespace

RarWalk walk_rar(std::string_view bytes) {
  RarWalk out;
  if (has(bytes, 0, "Rar!\x1a\x07\x01\0"sv))
    walk_new(bytes, out);
  else
    walk_old(bytes, out);
  return out;
}

}  // namespace archive_plugin
