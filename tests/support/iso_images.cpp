// SPDX-License-Identifier: MIT
#include "support/iso_images.h"

#include <algorithm>

#include "support/archives.h"

namespace postern::testing {
namespace {

// Every number stands there twice.
std::string both(uint64_t value, unsigned size) {
  std::string big = little(value, size);
  std::reverse(big.begin(), big.end());
  return little(value, size) + big;
}

std::string padded(std::string text, size_t size) {
  text.resize(std::max(size, text.size()));
  return text;
}

std::string rounded(std::string text) {
  text.resize((text.size() + iso_sector - 1) / iso_sector * iso_sector);
  return text;
}

std::string wide(const std::string& name) {
  std::string out;
  for (const char c : name) out += std::string(1, '\0') + c;
  return out;
}

IsoEntry directory_entry(const std::string& name) {
  return {name, std::string(iso_sector, '\0'), iso_directory};
}

std::string descriptor(char type, size_t blocks, size_t root, const std::string& escape) {
  std::string d = std::string(1, type) + "CD001\1" + std::string(73, ' ') + both(blocks, 4) + padded(escape, 32) +
                  both(1, 2) + both(1, 2) + both(iso_sector, 2);
  d = padded(d, 156) + iso_record(directory_entry(std::string(1, '\0')), root);
  return rounded(padded(d, 881) + '\1');
}

std::string entry(const std::string& kind, const std::string& data) {
  return kind + little(data.size() + 4, 1) + '\1' + data;
}

}  // namespace

std::string iso_record(const IsoEntry& e, size_t block) {
  std::string r = std::string(1, '\0') + both(block, 4) + both(e.content.size(), 4) + std::string(7, '\1') +
                  static_cast<char>(e.flags) + std::string(2, '\0') + both(1, 2) + little(e.name.size(), 1) + e.name;
  if (r.size() % 2 == 0) r += '\0';
  r += e.system_use;
  return little(r.size() + 1, 1) + r;
}

// 16 and 17 are the descriptors, 18 their end, 19 and 20 the directories.
std::string iso_image(const std::vector<IsoEntry>& plain, const std::vector<IsoEntry>& joliet) {
  std::string bodies;
  const auto next = [&] { return iso_first_block + bodies.size() / iso_sector; };
  const auto directory = [&](const std::vector<IsoEntry>& entries, size_t at, bool is_wide) {
    std::string d = iso_record(directory_entry(std::string(1, '\0')), at) + iso_record(directory_entry("\1"), at);
    for (IsoEntry e : entries) {
      if (is_wide) e.name = wide(e.name);
      if (e.is_listed) d += iso_record(e, e.block.value_or(next()));
      if (!e.block) bodies += rounded(e.content);
    }
    return rounded(d);
  };
  const std::string first = directory(plain, 19, false), second = directory(joliet, 20, true);
  return std::string(16 * iso_sector, '\0') + descriptor(1, next(), 19, "") + descriptor(2, next(), 20, "%/E") +
         rounded(
             "\xff"
             "CD001\1") +
         first + second + bodies;
}

std::string iso_of(const std::vector<File>& plain, const std::vector<File>& joliet) {
  const auto entries = [](const std::vector<File>& files) {
    std::vector<IsoEntry> all;
    for (const File& file : files) all.push_back({file.name, file.content});
    return all;
  };
  return iso_image(entries(plain), entries(joliet));
}

std::string rock_ridge_mode(uint32_t mode) {
  return entry("PX", both(mode, 4) + both(1, 4) + both(0, 4) + both(0, 4));
}

std::string rock_ridge_link(const std::string& target) {
  return entry("SL", std::string(1, '\0') + '\0' + little(target.size(), 1) + target);
}

std::string rock_ridge_child(size_t block) {
  return entry("CL", both(block, 4));
}

std::string rock_ridge_compressed() {
  return entry("ZF", "pz\4\x0f" + both(0, 4));
}

std::string rock_ridge_moved() {
  return entry("RE", "");
}

}  // namespace postern::testing
