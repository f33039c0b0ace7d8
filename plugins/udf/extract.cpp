// SPDX-License-Identifier: MIT
#include "extract.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bytes.h"
#include "iso_files.h"
#include "report.h"
#include "volume.h"
#include "volume_signs.h"

namespace udf_plugin {
namespace {

using postern::Child;
using postern::Error;

constexpr int sure = 60;
constexpr size_t most_entries = 1u << 14;  // the library looks each up among all of its directory
constexpr unsigned deepest = 256;

// What an image holds by its UDF tree.
class Tree {
 public:
  Tree(Report& report, Volume& volume) : report_(report), volume_(volume) {}

  // Not recursive, and no directory twice: a hostile image has loops.
  void open(Directory root) {
    std::vector<Open> waiting;
    std::set<uint64_t> seen{root.place()};
    waiting.push_back({std::move(root), "", 0});
    while (!waiting.empty() && !is_full()) {
      Open here = std::move(waiting.back());
      waiting.pop_back();
      for (Open& below : open_entries(here)) {
        if (below.depth > deepest)
          report_.damaged("directories stand too deep");
        else if (seen.insert(below.directory.place()).second)
          waiting.push_back(std::move(below));
      }
    }
    if (is_full()) report_.found(POSTERN_CAT_LIMIT, "archive-members", "more members than are looked at");
  }

  // A file that only one of the two trees shows. Files without bytes are only names.
  bool differs_from(IsoFiles iso) const {
    std::erase_if(iso.places,
                  [&](const auto& place) { return place.first == iso.boot_catalog && !places_.contains(place); });
    return iso.has_tree && (has_other_places_ || places_ != iso.places);
  }

 private:
  struct Open {
    Directory directory;
    std::string path;
    unsigned depth;
  };

  bool is_full() const { return entries_ > most_entries; }

  std::vector<Open> open_entries(Open& here) {
    std::vector<Open> below;
    std::set<std::string> names;
    uint64_t shown = 0;
    const auto entries = here.directory.entries();
    for (Entry entry; here.directory.next(entry); ++shown) {
      if (++entries_ > most_entries) return below;
      report_.watch_time();
      const std::string path = here.path + entry.name;
      if (!names.insert(entry.key).second)
        hide(path);
      else if (entry.is_directory)
        open_directory(here, entry, path, below);
      else
        open_file(here.directory, entry, path);
    }
    if (entries != shown) report_.damaged("a directory has entries that cannot be read");
    return below;
  }

  // The library opens by name, and so the first of two.
  void hide(const std::string& path) {
    report_.found(POSTERN_CAT_AMBIGUOUS, "udf-duplicate-name", "two entries of one name, and only the first is opened");
    report_.without_bytes(path, report_.damaged("an entry stands behind another of its name"));
  }

  void open_directory(Open& here, const Entry& entry, const std::string& path, std::vector<Open>& below) {
    report_.without_bytes(path, POSTERN_PART_SPECIAL);
    auto directory = here.directory.directory(entry);
    note_limit();
    if (directory)
      below.push_back({std::move(*directory), path + "/", here.depth + 1});
    else
      report_.damaged("a directory cannot be read");
  }

  void open_file(Directory& directory, const Entry& entry, const std::string& path) {
    std::optional<File> file = directory.file(entry);
    note_limit();
    if (!file) return report_.without_bytes(path, report_.damaged("a file cannot be read"));
    if (file->kind() == FileKind::directory) report_.damaged("a directory is called a file");
    const bool is_no_file = file->kind() == FileKind::link || file->kind() == FileKind::device;
    if (file->size() == 0) return report_.without_bytes(path, is_no_file ? uint32_t{POSTERN_PART_SPECIAL} : 0u);
    const std::string_view image = report_.bytes();
    const auto place = file->place(image.size(), [this] { report_.watch_time(); });
    if (place)
      places_.emplace(*place, file->size());
    else
      has_other_places_ = true;
    Child child = report_.open(path, place.value_or(0), file->size());
    if (place && holds(image, *place, file->size())) {
      child.slice(*place, file->size());
      child.close();
    } else if (place) {
      child.write(range(image, *place, file->size()));
      child.close(report_.damaged("a file is not in the image"));
    } else {
      child.close(copy(*file, child));
    }
  }

  // A file in pieces, with holes, or inside its own head.
  uint32_t copy(File& file, Child& child) {
    std::array<char, 32 * block_size> room;
    for (uint64_t left = file.size(); left > 0;) {
      report_.watch_time();
      const std::span<const char> piece = file.read(room);
      if (!piece.empty()) child.write({piece.data(), piece.size()});
      if (file.is_broken() || piece.empty()) return report_.damaged("a file is not in the image");
      left -= std::min<uint64_t>(left, piece.size());
    }
    return 0;
  }

  void note_limit() {
    if (volume_.input().is_exhausted())
      report_.found(POSTERN_CAT_LIMIT, "archive-members", "more blocks of directories than are looked at");
  }

  Report& report_;
  Volume& volume_;
  size_t entries_ = 0;
  std::set<std::pair<uint64_t, uint64_t>> places_;  // of files that stand in one row
  bool has_other_places_ = false;
};

}  // namespace

void extract(postern::Job& job, const postern::Part& part) {
  Report report(job, part);
  report.watch_time();
  if (!is_udf(report.bytes())) throw Error(POSTERN_E_UNSUPPORTED, "no UDF volume");
  const VolumeSigns signs = volume_signs(report.bytes());
  Volume volume(report.bytes(), [&report] { return report.is_late(); });
  Tree tree(report, volume);
  auto root = volume.root();
  report.watch_time();
  if (root) {
    tree.open(std::move(*root));
    if (tree.differs_from(iso_files(report.bytes())))
      report.found(POSTERN_CAT_AMBIGUOUS, "udf-trees-differ",
                   "a file is in the tree of UDF and not in that of ISO 9660, or there only");
  } else if (signs.unsupported.empty()) {
    report.damaged("a UDF volume without a tree of files, or one that cannot be read");
  }
  if (signs.end > 0) report.trailer(signs.end);
  if (!signs.second.empty()) report.found(POSTERN_CAT_AMBIGUOUS, "udf-two-volumes", signs.second);
  if (!signs.unsupported.empty()) report.found(POSTERN_CAT_UNSUPPORTED, "archive-unsupported", signs.unsupported);
  if (!volume.input().unsupported().empty())
    report.found(POSTERN_CAT_UNSUPPORTED, "archive-unsupported", volume.input().unsupported());
  report.finish();
}

int probe(const postern::Part& part) {
  return is_udf(part.text()) ? sure : 0;
}

}  // namespace udf_plugin
