// SPDX-License-Identifier: MIT
#include "seven_zip_links.h"

#include <zlib.h>

#include "bytes.h"
#include "reader.h"
#include "seven_zip_header.h"

namespace archive_plugin {
namespace {

constexpr uint64_t head = 32;
constexpr size_t largest_header = 32u << 20;

std::string little_bytes(uint64_t value, size_t size) {
  std::string out;
  for (; size > 0; --size, value >>= 8) out += static_cast<char>(value & 0xff);
  return out;
}

uint32_t checksum(std::string_view bytes) {
  return static_cast<uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// The header at the end of an archive, if it is what the start says.
std::string_view header_of(std::string_view archive) {
  const uint64_t offset = little64(archive, 12), size = little64(archive, 20);
  if (!holds(archive, 0, head) || checksum(archive.substr(12, 20)) != little32(archive, 8)) return {};
  if (!holds(archive, head, offset) || !holds(archive, head + offset, size)) return {};
  const std::string_view header = range(archive, head + offset, size);
  return checksum(header) == little32(archive, 28) ? header : std::string_view();
}

std::string with_header(std::string_view archive, const std::string& header) {
  const uint64_t offset = little64(archive, 12);
  const std::string start =
      little_bytes(offset, 8) + little_bytes(header.size(), 8) + little_bytes(checksum(header), 4);
  return std::string(archive.substr(0, 8)) + little_bytes(checksum(start), 4) + start +
         std::string(range(archive, head, offset)) + header;
}

std::string only_file_of(const std::string& archive) {
  Reader reader(archive, Format::seven_zip);
  Member member;
  std::string out;
  if (reader.next(member) != Answer::ready) return {};
  for (Block block; out.size() < largest_header; out += block.bytes) {
    const Answer answer = reader.read(block);
    if (answer == Answer::end) return out;
    if (answer != Answer::ready || block.offset != out.size()) return {};
  }
  return {};
}

// A compressed header tells of its streams as a header in the clear tells of those of files: made one of those, it is
// the only file of an archive. libarchive wants to be told how many files a stream holds, if only by an empty record.
std::string decompressed(std::string_view archive, std::string_view header) {
  const std::string main_streams("\1\4", 2), one_each("\x08\0", 2), one_file("\5\1\x11\5\0h\0\0\0\0\0", 11);
  const std::string streams(header.substr(1, header.size() - 2)), end(header.substr(header.size() - 1));
  const std::string found = only_file_of(with_header(archive, main_streams + streams + one_each + end + one_file));
  return !found.empty() ? found : only_file_of(with_header(archive, main_streams + streams + end + one_file));
}

bool is_link(uint32_t attributes) {
  constexpr uint32_t has_mode = 0x8000, kind = 0170000, link = 0120000;
  return attributes & has_mode && (attributes >> 16 & kind) == link;
}

}  // namespace

std::optional<SevenZipWithoutLinks> links_as_files(std::string_view archive) {
  constexpr char compressed = 0x17;
  const std::string_view there = header_of(archive);
  if (there.size() < 2) return std::nullopt;
  std::string header = there[0] == compressed ? decompressed(archive, there) : std::string(there);
  SevenZipWithoutLinks out;
  for (const SevenZipAttributes& a : attributes_in(header)) {
    if (!is_link(little32(header, a.at))) continue;
    header.replace(a.at, 4, little_bytes(0x20, 4));
    out.links.insert(a.file);
  }
  if (out.links.empty()) return std::nullopt;
  out.archive = with_header(archive, header);
  return out;
}

}  // namespace archive_plugin
