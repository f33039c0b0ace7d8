// SPDX-License-Identifier: MIT
#include "iso_open.h"

#include <algorithm>

#include "bytes.h"
#include "iso_walk.h"
#include "marks.h"

namespace archive_plugin {
namespace {

using postern::Child;

// Such a file is a part as it stands, and its content a part of that.
bool is_zisofs(std::string_view image, const IsoFile& file) {
  return !file.extents.empty() && has(image, file.extents.front().first, zisofs_mark);
}

void open_file(Report& report, const IsoFile& file) {
  NewChild told;
  told.names = file.names;
  told.link = file.link;
  // Only Rock Ridge knows links and devices: if one has bytes, it is a file to all others.
  told.special = file.is_directory || (file.size == 0 && (file.is_special || !file.link.empty()));
  if (told.special) return void(report.without_bytes(told));
  told.offset = file.extents.empty() ? 0 : file.extents.front().first;
  told.length = told.expected = file.size;
  Child child = report.open(told);
  uint32_t flags = 0;
  const bool is_whole = std::all_of(file.extents.begin(), file.extents.end(), [&](const auto& extent) {
    return holds(report.bytes(), extent.first, extent.second);
  });
  if (file.extents.size() == 1 && is_whole) {
    child.slice(file.extents.front().first, file.extents.front().second);
  } else {
    for (const auto& [offset, size] : file.extents) {
      report.watch_time();
      child.write(range(report.bytes(), offset, size));
    }
  }
  if (!is_whole) flags |= report.damaged("a file is not in the image");
  report.close(child, told, flags);
  if (file.is_compressed && !is_zisofs(report.bytes(), file))
    report.unsupported("archive-unsupported-method", "compressed by the file system, and not as zisofs");
}

}  // namespace

void open_iso(Report& report) {
  const IsoWalk walk = walk_iso(report.bytes());
  const uint32_t all = (1u << walk.trees) - 1;
  bool differ = false;
  for (const IsoFile& file : walk.files) {
    report.watch_time();
    open_file(report, file);
    differ = differ || (!file.is_directory && file.size > 0 && (file.trees != all || file.is_disputed));
  }
  if (differ) report.ambiguous("iso-trees-differ", "a file is in one tree of the image and not in another");
  if (walk.trees == 0 && !walk.has_udf) report.damaged("an image of a disk without a tree of files");
  if (walk.has_too_many) report.limit("archive-members", "more members than are looked at");
  if (!walk.damage.empty()) report.damaged(walk.damage);
  if (walk.trees > 0 && !walk.has_udf) report.trailer(walk.end);
}

}  // namespace archive_plugin
