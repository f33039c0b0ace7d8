// SPDX-License-Identifier: MIT
#include "iso_files.h"

#include <algorithm>
#include <vector>

#include "bytes.h"

namespace udf_plugin {
namespace {

constexpr size_t most_records = 1u << 18;

class Walk {
 public:
  explicit Walk(std::string_view image) : b_(image) {}

  IsoFiles run() {
    constexpr uint64_t first_descriptor = 16, last_descriptor = 80;
    for (uint64_t n = first_descriptor; n < last_descriptor; ++n) {
      const std::string_view block = block_at(b_, n);
      const uint8_t kind = little8(block, 0);
      if (range(block, 1, 29) == "CD001\1EL TORITO SPECIFICATION") out_.boot_catalog = little32(block, 71) * block_size;
      if (range(block, 1, 5) != "CD001" || (kind != 1 && kind != 2)) continue;
      out_.has_tree = true;
      read_tree(std::max<uint64_t>(little16(block, 128), 512), range(block, 156, 34));
    }
    return std::move(out_);
  }

 private:
  struct Place {
    uint64_t offset, size;
  };

  static Place place(std::string_view record, uint64_t block) {
    return {(uint64_t{little32(record, 2)} + little8(record, 1)) * block, little32(record, 10)};
  }

  void read_tree(uint64_t block, std::string_view root) {
    std::vector<Place> open{place(root, block)};
    std::set<uint64_t> seen{open.front().offset};
    while (!open.empty() && records_ < most_records) {
      const Place directory = open.back();
      open.pop_back();
      for (const Place& below : read_directory(directory, block))
        if (seen.insert(below.offset).second) open.push_back(below);
    }
  }

  std::vector<Place> read_directory(const Place& directory, uint64_t block) {
    std::vector<Place> below;
    const std::string_view records = range(b_, directory.offset, directory.size);
    Place file{0, 0};  // the extents of one file follow each other
    for (uint64_t at = 0; at < records.size() && ++records_ <= most_records;) {
      constexpr uint64_t least = 34;
      constexpr uint8_t is_directory = 2, goes_on = 0x80;
      const uint64_t length = little8(records, at);
      if (length == 0) {  // records do not cross sectors
        at = (at / block_size + 1) * block_size;
        continue;
      }
      const std::string_view record = range(records, at, length);
      at += length;
      if (record.size() < least) break;
      const bool is_itself_or_above = little8(record, 32) == 1 && little8(record, 33) <= 1;
      const Place here = place(record, block);
      const uint8_t flags = little8(record, 25);
      if (is_itself_or_above) continue;
      if (flags & is_directory) {
        below.push_back(here);
        continue;
      }
      if (file.size == 0) file.offset = here.offset;
      file.size += here.size;
      if (flags & goes_on) continue;
      if (file.size > 0) out_.places.emplace(file.offset, file.size);
      file = {0, 0};
    }
    return below;
  }

  std::string_view b_;
  IsoFiles out_;
  size_t records_ = 0;
};

}  // namespace

IsoFiles iso_files(std::string_view image) {
  return Walk(image).run();
}

}  // namespace udf_plugin
