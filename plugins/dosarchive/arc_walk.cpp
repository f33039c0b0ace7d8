// SPDX-License-Identifier: MIT
#include "arc_walk.h"

#include <algorithm>

#include <postern/support/binary.h>

namespace dosarchive_plugin {
namespace {

constexpr char mark = '\x1a';
constexpr size_t name_size = 13;
enum : uint8_t { end_of_archive = 0, old_stored = 1, most_own = 9, most_pak = 11, subdirectory = 30, most_method = 31 };

struct Header {
  uint8_t method = 0;
  std::string_view name;
  uint64_t packed = 0, size = 0;
  uint16_t date = 0, checksum = 0;
  uint64_t end = 0;
};

bool read_header(std::string_view bytes, uint64_t at, Header& out) {
  if (at >= bytes.size() || bytes[at] != mark) return false;
  postern::support::BinaryReader in(bytes, at + 1);
  out.method = in.u8();
  if (in.failed() || out.method == end_of_archive || out.method > most_method) return false;
  out.name = in.take(name_size);
  out.name = out.name.substr(0, out.name.find('\0'));
  out.packed = in.u32();
  out.date = in.u16();
  in.skip(2);
  out.checksum = in.u16();
  out.size = out.method == old_stored ? out.packed : in.u32();  // the first method had no second size
  out.end = in.at();
  return !in.failed();
}

bool is_end(std::string_view bytes, uint64_t at) {
  return at + 1 < bytes.size() && bytes[at] == mark && bytes[at + 1] == end_of_archive;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() < name_size &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
}

// Nothing but these fields tells a header from chance.
bool is_plausible(std::string_view bytes, const Header& h) {
  const bool is_known = h.method <= most_pak || h.method == subdirectory;
  return is_known && is_name(h.name) && h.packed <= bytes.size() - h.end;
}

// Cut off in its first member: then the rest has to be as DOS wrote it.
bool is_plausible_when_cut(const Header& h) {
  constexpr std::string_view others = "._-$#!&@~()'`%{}^";
  constexpr uint64_t most = 1u << 26;
  const unsigned month = h.date >> 5 & 15u, day = h.date & 31u;
  const bool is_dos_name = std::all_of(h.name.begin(), h.name.end(), [&](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || others.find(c) != others.npos;
  });
  return h.method <= most_own && is_name(h.name) && is_dos_name && h.name.find('.') != h.name.npos && month >= 1 &&
         month <= 12 && day >= 1 && h.packed <= most && h.size <= most && h.packed <= h.size + 64;
}

Method method_of(uint8_t method) {
  switch (method) {
    case 1:
    case 2:
    case subdirectory: return Method::stored;  // an archive inside
    case 3: return Method::rle90;
    case 4: return Method::squeezed;
    case 8: return Method::crunched;
    case 9: return Method::squashed;
    default: return Method::unknown;
  }
}

Member member_of(std::string_view archive, const Header& h) {
  Member m;
  m.names.emplace_back(h.name);
  m.label = "arc " + std::to_string(h.method);
  m.method = method_of(h.method);
  m.packed = clipped(archive, h.end, h.packed);
  m.size = h.method == subdirectory ? 0 : h.size;
  m.checksum = h.checksum;
  m.has_checksum = h.method != subdirectory;
  m.is_cut = m.packed.end - m.packed.begin < h.packed;
  return m;
}

uint64_t next_plausible(std::string_view archive, uint64_t from) {
  for (size_t at = archive.find(mark, from); at != archive.npos; at = archive.find(mark, at + 1)) {
    Header header;
    if (read_header(archive, at, header) && is_plausible(archive, header)) return at;
  }
  return archive.size();
}

}  // namespace

Walk walk_arc(std::string_view archive) {
  Walk walk;
  uint64_t at = 0;
  while (!is_end(archive, at)) {
    Header header;
    if (!read_header(archive, at, header)) {
      note_damage(walk, at >= archive.size() ? "it has no end" : "no header where one should be");
      const uint64_t next = next_plausible(archive, at);
      if (next > at) walk.leftovers.push_back({at, next});
      at = next;
      if (at == archive.size()) return walk;
      continue;
    }
    if (walk.members.size() >= most_members) {
      walk.has_too_many = true;
      walk.leftovers.push_back({at, archive.size()});
      return walk;
    }
    Member m = member_of(archive, header);
    if (m.is_cut) note_damage(walk, "a member is cut");
    at = m.packed.end;
    walk.members.push_back(std::move(m));
  }
  at += 2;
  if (at < archive.size()) walk.leftovers.push_back({at, archive.size()});
  return walk;
}

bool is_arc_head(std::string_view bytes) {
  Header header;
  if (!read_header(bytes, 0, header) || header.method > most_pak) return false;
  if (!is_plausible(bytes, header)) return is_plausible_when_cut(header);
  const uint64_t next = header.end + header.packed;
  return next == bytes.size() || bytes[next] == mark || is_plausible_when_cut(header);
}

}  // namespace dosarchive_plugin
