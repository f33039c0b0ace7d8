// SPDX-License-Identifier: MIT
#include "descriptors.h"

#include "bytes.h"

namespace udf_plugin {
namespace {

constexpr size_t tag_size = 16;

FileKind kind_of(uint8_t type) {
  switch (type) {
    case 4:
      return FileKind::directory;
    case 250:
    case 251:
      return FileKind::metadata;
    case 12:
      return FileKind::link;
    case 6:   // block device
    case 7:   // character device
    case 9:   // FIFO
    case 10:  // socket
      return FileKind::device;
    default:
      return FileKind::file;
  }
}

}  // namespace

// ECMA-167 3/7.2: a sum over the tag without its own byte.
bool has_tag(std::string_view block, Tag tag) {
  constexpr size_t sum_at = 4;
  if (block.size() < tag_size || little16(block, 0) != static_cast<uint16_t>(tag)) return false;
  uint8_t sum = 0;
  for (size_t i = 0; i < tag_size; ++i)
    if (i != sum_at) sum = static_cast<uint8_t>(sum + little8(block, i));
  return sum == little8(block, sum_at);
}

bool is_file_entry(std::string_view block) {
  return has_tag(block, Tag::file_entry) || has_tag(block, Tag::extended_file_entry);
}

// ECMA-167 4/14.9 and 4/14.17.
FileEntry file_entry(std::string_view block) {
  const bool is_extended = little16(block, 0) == static_cast<uint16_t>(Tag::extended_file_entry);
  const uint64_t head = is_extended ? 216 : 176;
  FileEntry out;
  out.kind = kind_of(little8(block, 27));
  out.size = little64(block, 56);
  out.has_streams = is_extended && little32(block, 152) != 0;
  const std::string_view area = range(block, head + little32(block, head - 8), little32(block, head - 4));
  constexpr uint16_t inside = 3;
  const uint16_t form = little16(block, 34) & 7;
  if (form == inside) {
    out.is_inline = true;
    out.content = area;
    return out;
  }
  constexpr uint64_t widths[] = {8, 16, 20};
  const uint64_t width = form < 3 ? widths[form] : 8;
  unsigned extents = 0;
  for (uint64_t at = 0; holds(area, at, width); at += width) {
    constexpr uint32_t size_mask = 0x3fffffff;
    if ((little32(area, at) & size_mask) == 0) break;  // the rest is unused
    ++extents;
  }
  out.is_in_pieces = extents > 1;
  return out;
}

// ECMA-167 4/14.4: padded to four bytes.
EntryCount count_entries(std::string_view directory) {
  constexpr uint64_t head = 38;
  constexpr uint8_t deleted = 4, parent = 8, eight_bits = 8, sixteen_bits = 16;
  EntryCount out;
  for (uint64_t at = 0; at < directory.size();) {
    const std::string_view entry = range(directory, at, directory.size());
    const uint64_t name = little8(entry, 19), use = little16(entry, 36);
    if (!has_tag(entry, Tag::file_identifier) || !holds(entry, head, use + name)) {
      out.is_whole = false;
      break;
    }
    const uint8_t flags = little8(entry, 18), coding = little8(entry, head + use);
    const bool is_readable = name > 1 && (coding == eight_bits || coding == sixteen_bits);
    if ((flags & parent) == 0 && (is_readable || (flags & deleted) == 0)) ++out.entries;
    at += (head + use + name + 3) / 4 * 4;
  }
  return out;
}

}  // namespace udf_plugin
