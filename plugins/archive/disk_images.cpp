// SPDX-License-Identifier: MIT
#include "disk_images.h"

#include "bytes.h"

namespace archive_plugin {
namespace {

using namespace std::string_view_literals;

constexpr uint64_t sector = 512;

struct Mark {
  uint64_t offset;
  std::string_view bytes, kind;
};

constexpr Mark front_marks[] = {
    {0, "conectix", "vhd"},  // with a copy of its footer at the front: one that grows
    {0, "vhdxfile", "vhdx"},         {0, "KDMV", "vmdk"},       {0, "QFI\xfb", "qcow"},
    {64, "\x7f\x10\xda\xbe", "vdi"}, {0, "sprs", "sparse dmg"}, {0, "encrcdsa", "encrypted dmg"},
    {1024, "H+\0\4"sv, "hfs"},       {1024, "HX\0\5"sv, "hfs"}, {32, "NXSB", "apfs"},
};

// From the end: where a fixed disk is followed by its footer. Before 2004 that had a byte less.
constexpr Mark end_marks[] = {
    {sector, "conectix", "vhd"},
    {sector - 1, "conectix", "vhd"},
    {sector, "koly\0\0\0\4"sv, "dmg"},
};

// A jump over the parameters of a file system, and its name among them.
bool is_boot_sector(std::string_view b) {
  if (!has(b, sector - 2, "\x55\xaa") || (b[0] != '\xeb' && b[0] != '\xe9')) return false;
  return has(b, 54, "FAT") || has(b, 82, "FAT32") || has(b, 3, "NTFS    ") || has(b, 3, "EXFAT   ");
}

}  // namespace

std::string_view disk_image(std::string_view bytes, std::string_view type) {
  for (const Mark& mark : end_marks)
    if (bytes.size() >= mark.offset && has(bytes, bytes.size() - mark.offset, mark.bytes)) return mark.kind;
  for (const Mark& mark : front_marks)
    if (has(bytes, mark.offset, mark.bytes)) return mark.kind;
  const bool is_raw = type == "application/x-raw-disk-image" || is_boot_sector(bytes);
  return is_raw ? "image of a disk" : std::string_view();
}

}  // namespace archive_plugin
