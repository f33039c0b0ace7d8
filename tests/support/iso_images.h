// SPDX-License-Identifier: MIT
// Disk images (ISO 9660) for tests, record by record, so that records may lie. Values in, bytes out.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/samples.h"

namespace postern::testing {

constexpr size_t iso_sector = 2048;
constexpr size_t iso_first_block = 21;  // of the files, in the order of the entries, each in blocks of its own
enum : uint8_t { iso_directory = 2, iso_goes_on = 0x80 };

struct IsoEntry {
  std::string name, content;
  uint8_t flags = 0;
  std::string system_use = {};       // what Rock Ridge says
  std::optional<size_t> block = {};  // stands there already: the content is not written, only its size counts
  bool is_listed = true;             // false: no record tells of it
};
std::string iso_record(const IsoEntry&, size_t block);  // of a directory, whose content is a row of them
std::string iso_image(const std::vector<IsoEntry>& plain, const std::vector<IsoEntry>& joliet);
std::string iso_of(const std::vector<File>& plain, const std::vector<File>& joliet);  // two trees in one image

// Entries of Rock Ridge.
std::string rock_ridge_mode(uint32_t mode);              // PX
std::string rock_ridge_link(const std::string& target);  // SL
std::string rock_ridge_child(size_t block);              // CL: here belongs a directory that stands elsewhere
std::string rock_ridge_compressed();                     // ZF: by zisofs
std::string rock_ridge_moved();                          // RE: and this is it

}  // namespace postern::testing
