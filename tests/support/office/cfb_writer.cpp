// SPDX-License-Identifier: MIT
#include "support/office/cfb_writer.h"

#include <algorithm>
#include <cctype>

#include "support/office/tnef_writer.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

constexpr uint32_t end_of_chain = 0xFFFFFFFE, free_sector = 0xFFFFFFFF, fat_sector = 0xFFFFFFFD,
                   difat_sector = 0xFFFFFFFC;
constexpr uint32_t none = 0xFFFFFFFF;
constexpr size_t mini_size = 64, cutoff = 4096, in_header = 109;

// Shorter names come first, then by upper case letters ([MS-CFB] 2.6.4).
bool stands_before(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::toupper(static_cast<unsigned char>(x)) < std::toupper(static_cast<unsigned char>(y));
  });
}

// Sectors that are handed out one after the other, each chain in its own order.
struct Sectors {
  size_t size;
  bool is_scattered;
  std::vector<std::string> content;
  std::vector<uint32_t> next;

  uint32_t put(const std::string& bytes) {
    const size_t count = (bytes.size() + size - 1) / size;
    if (count == 0) return end_of_chain;
    const auto first = static_cast<uint32_t>(content.size());
    content.resize(first + count);
    next.resize(first + count);
    const auto place = [&](size_t n) { return first + static_cast<uint32_t>(is_scattered ? count - 1 - n : n); };
    for (size_t n = 0; n < count; ++n) {
      std::string sector = bytes.substr(n * size, size);
      sector.resize(size);
      content[place(n)] = std::move(sector);
      next[place(n)] = n + 1 < count ? place(n + 1) : end_of_chain;
    }
    return place(0);
  }
};

std::string little(const std::vector<uint32_t>& numbers) {
  std::string out;
  for (const uint32_t n : numbers) out += testing::little(n, 4);
  return out;
}

}  // namespace

CfbWriter::CfbWriter() {
  nodes_.emplace_back();
  nodes_[0].name = "Root Entry";
}

size_t CfbWriter::make(const std::string& path) {
  size_t at = 0;
  for (size_t from = 0; from < path.size();) {
    const size_t slash = std::min(path.find('/', from), path.size());
    const std::string name = path.substr(from, slash - from);
    from = slash + 1;
    const auto& children = nodes_[at].children;
    const auto known = std::find_if(children.begin(), children.end(), [&](size_t c) { return nodes_[c].name == name; });
    if (known != children.end()) {
      at = *known;
      continue;
    }
    Node node;
    node.name = name;
    node.parent = at;
    nodes_.push_back(std::move(node));
    nodes_[at].children.push_back(nodes_.size() - 1);
    at = nodes_.size() - 1;
  }
  return at;
}

CfbWriter& CfbWriter::stream(const std::string& path, std::string_view bytes) {
  Node& node = nodes_[make(path)];
  node.is_stream = true;
  node.bytes = bytes;
  return *this;
}
CfbWriter& CfbWriter::storage(const std::string& path) {
  make(path);
  return *this;
}
CfbWriter& CfbWriter::class_id(std::string_view sixteen_bytes) {
  class_id_ = sixteen_bytes;
  return *this;
}
CfbWriter& CfbWriter::scattered() {
  is_scattered_ = true;
  return *this;
}
CfbWriter& CfbWriter::version4() {
  shift_ = 12;
  return *this;
}
CfbWriter& CfbWriter::forge(const std::string& path, Forge forge) {
  nodes_[make(path)].forges.push_back(std::move(forge));
  return *this;
}
CfbWriter& CfbWriter::forge_fat(ForgeFat forge) {
  fat_forges_.push_back(std::move(forge));
  return *this;
}

std::string CfbWriter::bytes() const {
  const size_t size = size_t{1} << shift_;
  Sectors big{size, is_scattered_, {}, {}}, mini{mini_size, is_scattered_, {}, {}};
  std::vector<uint32_t> start(nodes_.size(), 0);
  for (size_t n = 1; n < nodes_.size(); ++n)
    if (nodes_[n].is_stream) start[n] = (nodes_[n].bytes.size() < cutoff ? mini : big).put(nodes_[n].bytes);
  std::string mini_stream;
  for (const std::string& sector : mini.content) mini_stream += sector;
  start[0] = big.put(mini_stream);
  std::string mini_fat = little(mini.next);
  while (mini_fat.size() % size != 0) mini_fat += little({free_sector});
  const uint32_t first_mini_fat = big.put(mini_fat);

  std::vector<uint32_t> child(nodes_.size(), none), right(nodes_.size(), none);
  for (size_t n = 0; n < nodes_.size(); ++n) {
    std::vector<size_t> sorted = nodes_[n].children;
    std::sort(sorted.begin(), sorted.end(),
              [&](size_t a, size_t b) { return stands_before(nodes_[a].name, nodes_[b].name); });
    for (size_t i = 0; i < sorted.size(); ++i) {
      if (i == 0)
        child[n] = static_cast<uint32_t>(sorted[0]);
      else
        right[sorted[i - 1]] = static_cast<uint32_t>(sorted[i]);
    }
  }
  std::string directory;
  for (size_t n = 0; n < nodes_.size(); ++n) {
    const Node& node = nodes_[n];
    std::string entry = utf16(node.name).substr(0, 62);
    const size_t name_size = entry.size() + 2;
    entry.resize(64);
    entry += testing::little(name_size, 2) + testing::little(n == 0 ? 5 : node.is_stream ? 2 : 1, 1) + "\1"s;
    entry += little({none, right[n], child[n]}) + (n == 0 ? class_id_ : std::string(16, '\0')) + std::string(20, '\0');
    entry += little({start[n]}) + testing::little(n == 0 ? mini_stream.size() : node.bytes.size(), 8);
    for (const Forge& forge : node.forges) forge(entry);
    directory += entry;
  }
  while (directory.size() % size != 0)
    directory += std::string(68, '\0') + little({none, none, none}) + std::string(48, '\0');
  const uint32_t first_directory = big.put(directory);

  // The FAT has to hold itself, and the DIFAT the FAT's sectors beyond those in the header.
  const size_t per_sector = size / 4;
  size_t fats = 0, difats = 0;
  for (;;) {
    const size_t all = big.content.size() + fats + difats;
    const size_t needed = (all + per_sector - 1) / per_sector;
    const size_t lists = needed > in_header ? (needed - in_header + per_sector - 2) / (per_sector - 1) : 0;
    if (needed == fats && lists == difats) break;
    fats = needed;
    difats = lists;
  }
  std::vector<uint32_t> fat = big.next, fat_places;
  for (size_t n = 0; n < fats; ++n) {
    fat_places.push_back(static_cast<uint32_t>(fat.size()));
    fat.push_back(fat_sector);
  }
  const auto first_difat = static_cast<uint32_t>(fat.size());
  for (size_t n = 0; n < difats; ++n) fat.push_back(difat_sector);
  while (fat.size() % per_sector != 0) fat.push_back(free_sector);
  for (const ForgeFat& forge : fat_forges_) forge(fat);
  std::vector<uint32_t> listed = fat_places;
  listed.resize(std::max(in_header, listed.size()), free_sector);

  std::string file = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"s + std::string(16, '\0') + testing::little(0x3E, 2) +
                     testing::little(shift_ == 12 ? 4 : 3, 2) + "\xfe\xff"s + testing::little(shift_, 2) +
                     testing::little(6, 2) + std::string(6, '\0');
  file += little({shift_ == 12 ? static_cast<uint32_t>(directory.size() / size) : 0u, static_cast<uint32_t>(fats),
                  first_directory, 0u, static_cast<uint32_t>(cutoff), first_mini_fat,
                  static_cast<uint32_t>(mini_fat.size() / size), difats > 0 ? first_difat : end_of_chain,
                  static_cast<uint32_t>(difats)});
  file += little(std::vector<uint32_t>(listed.begin(), listed.begin() + in_header));
  file.resize(size);
  for (const std::string& sector : big.content) file += sector;
  file += little(fat);
  for (size_t n = 0; n < difats; ++n) {
    std::vector<uint32_t> list(per_sector, free_sector);
    for (size_t i = 0; i + 1 < per_sector; ++i) {
      const size_t at = in_header + n * (per_sector - 1) + i;
      if (at < listed.size()) list[i] = listed[at];
    }
    list.back() = n + 1 < difats ? first_difat + static_cast<uint32_t>(n) + 1 : end_of_chain;
    file += little(list);
  }
  return file;
}

}  // namespace postern::testing
