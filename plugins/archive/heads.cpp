// SPDX-License-Identifier: MIT
#include "heads.h"

#include <zlib.h>

#include <algorithm>

#include "bytes.h"
#include "marks.h"
#include "rar_numbers.h"

namespace archive_plugin {
namespace {

bool pays(size_t& budget, uint64_t cost) {
  if (cost > budget) {
    budget = 0;
    return false;
  }
  budget -= static_cast<size_t>(cost);
  return true;
}

uint32_t checksum(std::string_view bytes) {
  return static_cast<uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

bool is_rar4_head(std::string_view b) {
  constexpr size_t at = 7, size = 13;  // checksum, type, flags, size, six reserved
  constexpr char main_header = 0x73;
  return holds(b, at, size) && b[at + 2] == main_header &&
         (checksum(b.substr(at + 2, size - 2)) & 0xffff) == little16(b, at);
}

bool is_rar5_head(std::string_view b, size_t& budget) {
  constexpr uint64_t at = 8, checksum_size = 4, longest = 2u << 20;
  Numbers n(b, at + checksum_size, b.size());
  const uint64_t size = n.next(), end = n.at() + size;
  if (n.is_wrong() || size == 0 || size > longest || end > b.size() || !pays(budget, size)) return false;
  return checksum(range(b, at + checksum_size, end - at - checksum_size)) == little32(b, at);
}

// The rows of an old header, added up.
bool has_lha_sum(std::string_view b) {
  const uint64_t size = little(b, 0, 1), least = 22;
  if (size < least || !holds(b, 2, size)) return false;
  unsigned sum = 0;
  for (const char c : range(b, 2, size)) sum += static_cast<unsigned char>(c);
  const uint64_t name = little(b, 21, 1);
  return (sum & 0xff) == little(b, 1, 1) && name + least <= size;
}

// Each extension tells the size of the next one; a size of zero ends them, within the header.
bool has_lha_chain(std::string_view b, uint64_t header, uint64_t first, unsigned width) {
  if (!holds(b, 0, header)) return false;
  uint64_t at = first + width;
  for (uint64_t size = little(b, first, width); size != 0; size = little(b, at - width, width)) {
    if (size <= width || at + size > header) return false;
    at += size;
  }
  return at <= header && at > first;
}

}  // namespace

bool is_7z_head(std::string_view b, size_t& budget) {
  constexpr size_t from = 12, size = 20;
  return holds(b, from, size) && pays(budget, size) && checksum(b.substr(from, size)) == little32(b, 8);
}

bool is_rar_head(std::string_view b, size_t& budget) {
  if (!pays(budget, 16)) return false;
  return b.starts_with(rar5_mark) ? is_rar5_head(b, budget) : b.starts_with(rar4_mark) && is_rar4_head(b);
}

// No checksum: four fields that are zero or small, and the first file where it is said to be.
bool is_cab_head(std::string_view b, size_t& budget) {
  constexpr uint64_t head = 36, file_head = 16, longest_name = 256;
  const uint64_t size = little32(b, 8), files_at = little32(b, 16);
  if (!holds(b, 0, head) || !pays(budget, head)) return false;
  const bool is_version_1 = little(b, 25, 1) == 1 && little(b, 24, 1) <= 3;
  const bool is_plausible = little32(b, 12) == 0 && little32(b, 20) == 0 && little16(b, 26) > 0 && little16(b, 28) > 0;
  if (!is_version_1 || !is_plausible || size < head || files_at < head || files_at >= size) return false;
  const std::string_view name = range(b, files_at + file_head, longest_name);
  return !name.empty() && name[0] != '\0' && name.find('\0') != name.npos;
}

bool is_lha_head(std::string_view b, size_t& budget) {
  constexpr uint64_t least = 26;
  if (!holds(b, 0, least) || !has(b, 2, "-lh") || b[6] != '-' || !pays(budget, 256)) return false;
  const uint64_t packed = little32(b, 7), level = little(b, 20, 1);
  if (level <= 1) return has_lha_sum(b) && holds(b, 2 + little(b, 0, 1), packed);
  const uint64_t header = level == 2 ? little16(b, 0) : little32(b, 24);
  if (level > 3 || (level == 3 && little16(b, 0) != 4) || !pays(budget, header)) return false;
  return has_lha_chain(b, header, level == 2 ? 24 : 28, level == 2 ? 2 : 4) && holds(b, header, packed);
}

}  // namespace archive_plugin
