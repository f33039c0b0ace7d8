// SPDX-License-Identifier: MIT
#include "decode/disk_image.h"

#include <algorithm>

namespace postern::decode {
namespace {

using namespace std::string_view_literals;

constexpr size_t sector = 512;
constexpr std::string_view raw_disk = "application/x-raw-disk-image";

bool has(std::string_view bytes, size_t offset, std::string_view what) {
  return bytes.size() >= offset && bytes.substr(offset).starts_with(what);
}

// A jump over the parameters of a file system, and its name among them.
bool is_boot_sector(std::string_view bytes) {
  if (bytes[0] != '\xeb' && bytes[0] != '\xe9') return false;
  return has(bytes, 54, "FAT") || has(bytes, 82, "FAT32") || has(bytes, 3, "NTFS    ") || has(bytes, 3, "EXFAT   ");
}

// Four entries, each begins with 0x80 if one boots from it, else with 0; an unused one is all zeros.
bool is_partition_table(std::string_view bytes) {
  constexpr size_t first = 446, entry = 16;
  bool any = false;
  for (size_t at = first; at < first + 4 * entry; at += entry) {
    const char status = bytes[at], kind = bytes[at + 4];
    if (status != '\0' && status != '\x80') return false;
    const bool is_empty = kind == '\0';
    if (is_empty && status != '\0') return false;
    const std::string_view sectors = bytes.substr(at + 12, 4);
    if (!is_empty && std::all_of(sectors.begin(), sectors.end(), [](char c) { return c == '\0'; })) return false;
    any = any || !is_empty;
  }
  return any;
}

}  // namespace

std::string_view disk_image_type(std::string_view bytes) {
  if (bytes.size() < sector) return {};
  const std::string_view last = bytes.substr(bytes.size() - sector);
  if (last.starts_with("conectix")) return "application/x-virtualbox-vhd";
  if (last.starts_with("koly\0\0\0\x04"sv)) return "application/x-apple-diskimage";
  if (has(bytes, sector, "EFI PART")) return raw_disk;
  if (!has(bytes, sector - 2, "\x55\xaa")) return {};
  return is_boot_sector(bytes) || is_partition_table(bytes) ? raw_disk : std::string_view();
}

}  // namespace postern::decode
