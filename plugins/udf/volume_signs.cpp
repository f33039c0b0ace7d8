// SPDX-License-Identifier: MIT
#include "volume_signs.h"

#include <algorithm>
#include <set>
#include <vector>

#include "bytes.h"
#include "descriptors.h"

namespace udf_plugin {
namespace {

constexpr uint64_t first_descriptor = 16, most_descriptors = 256;

bool has_mark(std::string_view block, std::string_view mark) {
  return range(block, 1, mark.size()) == mark;
}

class Signs {
 public:
  explicit Signs(std::string_view bytes) : b_(bytes) {}

  VolumeSigns run() {
    const uint64_t blocks = b_.size() / block_size;
    std::set<std::string_view> places;
    for (const uint64_t anchor : {uint64_t{256}, blocks - 1, blocks - 257}) {  // what is below zero is behind the end
      if (anchor >= blocks || !has_tag(block_at(b_, anchor), Tag::anchor)) continue;
      end_at((anchor + 1) * block_size);
      const std::string_view place = range(block_at(b_, anchor), 16, 16);
      if (!places.insert(place).second) continue;
      if (places.size() > 1) out_.second = "anchors that lead to different volumes";
      read_sequence(little32(place, 4), little32(place, 0));
      read_sequence(little32(place, 12), little32(place, 8));
    }
    for (const uint64_t sector : {uint64_t{512}, uint64_t{4096}})
      if (out_.end == 0 && has_tag(range(b_, 256 * sector, sector), Tag::anchor))
        out_.unsupported = "a disk with other sectors";
    find_iso_end();
    if (partitions_.size() > 1) out_.second = "more than one partition";
    if (volumes_.size() > 1) out_.second = "more than one logical volume";
    return std::move(out_);
  }

 private:
  void end_at(uint64_t end) { out_.end = std::max(out_.end, end); }

  void find_iso_end() {
    for (uint64_t n = first_descriptor; n < first_descriptor + most_descriptors; ++n) {
      const std::string_view block = block_at(b_, n);
      if (block.empty()) return;
      if (has_mark(block, "CD001") && (little8(block, 0) == 1 || little8(block, 0) == 2))
        end_at(uint64_t{little32(block, 80)} * little16(block, 128));
    }
  }

  // The main sequence, and the one in reserve: that is the same again.
  void read_sequence(uint64_t from, uint64_t size) {
    const uint64_t last = from + std::min(size / block_size, most_descriptors);
    end_at(last * block_size);
    for (uint64_t n = from; n < last; ++n) {
      const std::string_view block = block_at(b_, n);
      if (block.empty() || has_tag(block, Tag::terminator)) return;
      // Behind the tag and its number in the sequence all copies are alike.
      constexpr uint64_t common = 20, descriptor_size = 512;
      const std::string_view said = range(block, common, descriptor_size - common);
      if (has_tag(block, Tag::volume_pointer)) out_.unsupported = "a volume whose description goes on elsewhere";
      if (has_tag(block, Tag::partition)) {
        partitions_.insert(said);
        end_at((uint64_t{little32(block, 188)} + little32(block, 192)) * block_size);
      }
      if (has_tag(block, Tag::logical_volume) && volumes_.insert(said).second) read_maps(block);
    }
  }

  // UDF 2.2.4.7: one partition, and perhaps one for what is no content, inside it.
  void read_maps(std::string_view volume) {
    constexpr uint64_t maps_at = 440;
    const uint64_t end = maps_at + little32(volume, 264);
    unsigned plain = 0, others = 0;
    uint64_t at = maps_at;
    for (uint32_t n = little32(volume, 268); n > 0 && at < end && holds(volume, at, 2); --n) {
      const bool is_metadata = range(volume, at + 5, 23) == "*UDF Metadata Partition";
      if (little8(volume, at) == 1)
        ++plain;
      else if (!is_metadata || ++others > 1)
        out_.unsupported = "a partition that is mapped in another way";
      at += std::max<uint64_t>(little8(volume, at + 1), 2);
    }
    if (plain > 1) out_.unsupported = "a volume of several partitions";
  }

  std::string_view b_;
  VolumeSigns out_;
  std::set<std::string_view> partitions_, volumes_;
};

}  // namespace

bool is_udf(std::string_view bytes) {
  for (uint64_t n = first_descriptor; n < first_descriptor + most_descriptors; ++n) {
    const std::string_view block = block_at(bytes, n);
    if (block.empty()) return false;
    if (has_mark(block, "BEA01") || has_mark(block, "NSR02") || has_mark(block, "NSR03")) return true;
  }
  return false;
}

VolumeSigns volume_signs(std::string_view bytes) {
  return Signs(bytes).run();
}

}  // namespace udf_plugin
