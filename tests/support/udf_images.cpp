// SPDX-License-Identifier: MIT
#include "support/udf_images.h"

#include <stdexcept>
#include <utility>

#include "support/archives.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

std::string zeros(size_t n) {
  return std::string(n, '\0');
}

std::string filled(std::string text, size_t size) {
  if (text.size() > size) throw std::runtime_error("too long for a descriptor");
  text.resize(size);
  return text;
}

std::string whole_blocks(std::string text) {
  text.resize((text.size() + udf_block - 1) / udf_block * udf_block);
  return text;
}

// ECMA-167 3/7.2. Its checksum over the body is that of nothing.
std::string tagged(uint16_t id, uint32_t place, const std::string& body) {
  std::string tag = little(id, 2) + little(2, 2) + zeros(2) + little(1, 2) + zeros(4) + little(place, 4);
  unsigned sum = 0;
  for (const char c : tag) sum += static_cast<unsigned char>(c);
  tag[4] = static_cast<char>(sum);
  return tag + body;
}

std::string extent(uint64_t size, uint64_t place) {
  return little(size, 4) + little(place, 4);
}

std::string long_extent(uint64_t size, uint64_t place, uint16_t partition = 0) {
  return extent(size, place) + little(partition, 2) + zeros(6);
}

std::string identifier(const std::string& name) {
  return '\0' + filled(name, 23) + zeros(8);
}

std::string recognition(const std::string& mark) {
  return whole_blocks('\0' + mark + '\1');
}

std::string coded(const UdfEntry& e) {
  if (!e.is_wide) return "\x08" + e.name;
  std::string out = "\x10";
  for (const char c : e.name) out += '\0' + std::string(1, c);
  return out;
}

class Partition {
 public:
  explicit Partition(bool has_metadata) : blocks_(udf_root + 1, zeros(udf_block)), heads_in_(has_metadata ? 1 : 0) {}

  std::string run(const UdfImage& image) {
    std::string set =
        zeros(384) + long_extent(udf_block, udf_root, heads_in_) + identifier("*OSTA UDF Compliant") + zeros(16);
    blocks_[0] = whole_blocks(tagged(256, 0, set));
    blocks_[1] = whole_blocks(tagged(8, 1, ""));
    UdfEntry root = udf_directory("", image.entries);
    root.is_in_pieces = image.is_root_in_pieces;
    write(root, udf_root);
    if (heads_in_ > 0) blocks_[1] = metadata_file();
    std::string all;
    for (const std::string& block : blocks_) all += block;
    return all;
  }

 private:
  uint32_t next() const { return static_cast<uint32_t>(blocks_.size()); }

  uint32_t put(const std::string& content) {
    const uint32_t at = next();
    const std::string all = whole_blocks(content);
    for (size_t i = 0; i < all.size(); i += udf_block) blocks_.push_back(all.substr(i, udf_block));
    return at;
  }

  // The heads of what is in a directory first, then the directory, then the files: a cut image has lost files only.
  void write(const UdfEntry& e, uint32_t head) {
    std::vector<uint32_t> heads;
    for (const UdfEntry& below : e.entries) heads.push_back(below.head ? *below.head : put(zeros(udf_block)));
    write_itself(e, head, e.type == udf_is_directory ? directory(e, head, heads) : e.content);
    for (size_t i = 0; i < e.entries.size(); ++i)
      if (!e.entries[i].head) write(e.entries[i], heads[i]);
  }

  // UDF 2.50: what is no content stands in a file that is as large as the partition, so that places are the same in
  // both.
  std::string metadata_file() const {
    constexpr char metadata = static_cast<char>(250);
    const std::string icb = zeros(4) + little(4, 2) + zeros(2) + little(1, 2) + '\0' + metadata + zeros(8);
    const uint64_t size = blocks_.size() * udf_block;
    return filled(tagged(266, 1,
                         icb + zeros(20) + little(size, 8) + little(size, 8) + zeros(136) + little(0, 4) +
                             little(8, 4) + extent(size, 0)),
                  udf_block);
  }

  void write_itself(const UdfEntry& e, uint32_t head, const std::string& content) {
    const bool is_long = heads_in_ > 0 && e.type != udf_is_directory;
    const auto extent_of = [&](uint64_t size, uint64_t place) {
      return is_long ? long_extent(size, place) : extent(size, place);
    };
    std::string area;
    if (e.is_inline) {
      area = content;
    } else if (e.is_in_pieces) {
      for (size_t at = 0; at < content.size(); at += udf_block) {
        const std::string piece = content.substr(at, udf_block);
        area += extent_of(piece.size(), put(piece));
        put(std::string(udf_block, 'x'));
      }
    } else if (!content.empty()) {
      area = extent_of(content.size(), put(content));
    }
    const std::string icb = zeros(4) + little(4, 2) + zeros(2) + little(1, 2) + '\0' + static_cast<char>(e.type) +
                            zeros(6) +
                            little(e.is_inline ? 3u
                                   : is_long   ? 1u
                                               : 0u,
                                   2);
    const std::string body = icb + zeros(12) + little(1, 2) + zeros(6) + little(e.claim.value_or(content.size()), 8) +
                             zeros(104) + little(0, 4) + little(area.size(), 4) + area;
    blocks_.at(head) = filled(tagged(261, head, body), udf_block);
  }

  std::string directory(const UdfEntry& e, uint32_t head, const std::vector<uint32_t>& heads) const {
    constexpr uint8_t is_directory = 2, is_parent = 8;
    std::string all = entry(is_directory | is_parent, "", head);
    for (size_t i = 0; i < heads.size(); ++i) {
      const UdfEntry& below = e.entries[i];
      all += entry(below.type == udf_is_directory ? is_directory : uint8_t{0}, coded(below), heads[i]);
    }
    return all;
  }

  std::string entry(uint8_t flags, const std::string& name, uint32_t head) const {
    std::string body = little(1, 2) + static_cast<char>(flags) + little(name.size(), 1) +
                       long_extent(udf_block, head, heads_in_) + little(0, 2) + name;
    std::string all = tagged(257, 0, body);
    all.resize((all.size() + 3) / 4 * 4);
    return all;
  }

  std::vector<std::string> blocks_;
  uint16_t heads_in_;  // the number of the partition
};

std::string logical_volume(const std::string& name, const UdfImage& image) {
  constexpr size_t other_size = 64;
  const std::string plain = "\1\6"s + little(1, 2) + little(0, 2), other = "\2\x40"s + zeros(2);
  std::string maps = plain;
  if (image.is_partition_unknown) maps += filled(other + identifier("*UDF Virtual Partition"), other_size);
  if (image.has_metadata)
    maps += filled(
        other + identifier("*UDF Metadata Partition") + little(1, 2) + little(0, 2) + little(1, 4) + little(1, 4),
        other_size);
  return little(2, 4) + zeros(64) + filled("\x08" + name, 128) + little(udf_block, 4) +
         identifier("*OSTA UDF Compliant") + long_extent(2 * udf_block, 0, image.has_metadata ? 1 : 0) +
         little(maps.size(), 4) + little(maps.size() / other_size + 1, 4) + zeros(32 + 128 + 8) + maps;
}

// The sequence is there twice.
std::string descriptors(const UdfImage& image, uint32_t at, size_t partition_blocks) {
  const std::string partition = little(3, 4) + little(1, 2) + little(0, 2) + identifier("+NSR02") + zeros(128) +
                                little(1, 4) + little(udf_partition, 4) + little(partition_blocks, 4);
  const std::string primary = little(1, 4) + zeros(4) + filled("\x08IMAGE", 31) + "\6"s;
  std::string all = whole_blocks(tagged(1, at, primary)) +
                    whole_blocks(tagged(6, at + 1, logical_volume("IMAGE", image))) +
                    whole_blocks(tagged(5, at + 2, partition));
  if (!image.second_volume.empty()) all += whole_blocks(tagged(6, at + 3, logical_volume(image.second_volume, image)));
  return filled(all + whole_blocks(tagged(8, at + 4, "")), 16 * udf_block);
}

}  // namespace

UdfEntry udf_directory(const std::string& name, std::vector<UdfEntry> entries) {
  UdfEntry out{name, ""};
  out.entries = std::move(entries);
  out.type = udf_is_directory;
  return out;
}

std::string udf_image(const UdfImage& image) {
  const std::string partition = Partition(image.has_metadata).run(image);
  std::string out = image.iso.empty() ? zeros(16 * udf_block) : whole_blocks(image.iso);
  for (const char* mark : {"BEA01", "NSR02", "TEA01"}) out += recognition(mark);
  const auto main = static_cast<uint32_t>(out.size() / udf_block);
  out += descriptors(image, main, partition.size() / udf_block);
  out += descriptors(image, main + 16, partition.size() / udf_block);
  const std::string anchor = extent(16 * udf_block, main) + extent(16 * udf_block, main + 16);
  out = filled(out, 256 * udf_block) + whole_blocks(tagged(2, 256, anchor)) + partition;
  return out + whole_blocks(tagged(2, static_cast<uint32_t>(out.size() / udf_block), anchor));
}

std::string udf_of(const std::vector<UdfEntry>& entries) {
  return udf_image({entries});
}

}  // namespace postern::testing
