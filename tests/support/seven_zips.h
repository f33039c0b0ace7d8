// SPDX-License-Identifier: MIT
// 7z archives for tests, everything stored and in the clear, so that attributes may lie. Values in, bytes out.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace postern::testing {

struct SevenZipEntry {
  std::string name, content;
  uint32_t attributes = 0x20;  // of Windows, and above them those of Unix
};
constexpr uint32_t seven_zip_directory = 0x10;
constexpr uint32_t seven_zip_mode(uint32_t mode) {
  return mode << 16 | 0x8000;
}

// has_header_among_streams: as where it is compressed.
std::string seven_zip_of(const std::vector<SevenZipEntry>&, bool has_header_among_streams = false);

}  // namespace postern::testing
