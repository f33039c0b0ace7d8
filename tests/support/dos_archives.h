// SPDX-License-Identifier: MIT
// ARJ, ARC and ZOO archives for tests, byte by byte, so that headers may lie, and simple encoders of their methods: correct
// streams, not small ones. Values in, bytes out.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::testing {

uint16_t crc16_of(std::string_view bytes);

// ---- encoders
std::string lzh_literals(std::string_view content, bool is_lh7);        // one block for at most 65535 bytes, all literals
std::string arj_fastest_literals(std::string_view content);             // ARJ's method 4
std::string zoo_lzw(std::string_view content, size_t clear_every = 0);  // real strings, widths up to 13
std::string rle90(std::string_view content);
std::string squeezed(std::string_view content);  // a tree of equal depth, of what rle90 made

// ---- archives: what an entry does not say is told honestly
struct DosEntry {
  std::string name, content;
  int method = 0;
  std::string packed = {};  // as it stands in the archive; empty: the content
  uint8_t flags = 0;        // ARJ's; ZOO: 1 is deleted
  uint8_t type = 0;         // ARJ's
  std::string folder = {};  // ZOO's
  uint32_t checksum_error = 0;
  bool has_wrong_header = false;
};
std::string arj_header_of(const std::string& fields, const std::string& name, bool is_wrong = false);
std::string arj_of(const std::vector<DosEntry>&, uint8_t main_flags = 0);
std::string arc_of(const std::vector<DosEntry>&);
std::string zoo_entry(const DosEntry&, uint32_t next, uint32_t offset);  // a directory entry alone
std::string zoo_head(uint32_t start = 42);
std::string zoo_of(const std::vector<DosEntry>&);

}  // namespace postern::testing
