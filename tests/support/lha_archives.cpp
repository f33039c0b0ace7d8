// SPDX-License-Identifier: MIT
#include "support/lha_archives.h"

#include "support/archives.h"
#include "support/dos_archives.h"

namespace postern::testing {

namespace {

// Where ARJ and ZOO have an empty block, LHA has nothing.
std::string without_last_block(std::string packed) {
  packed.resize(packed.size() - 2);
  return packed;
}

}  // namespace

std::string lh5_packed(const std::string& content) {
  return without_last_block(lzh_literals(content, false));
}

std::string lh7_packed(const std::string& content) {
  return without_last_block(lzh_literals(content, true));
}

std::string lha_of(const std::vector<LhaEntry>& entries) {
  std::string out;
  for (const LhaEntry& e : entries) {
    const std::string& packed = e.packed ? *e.packed : e.content;
    const std::string rest = e.method + little(packed.size(), 4) + little(e.content.size(), 4) + little(0x5a215a21, 4) +
                             "\x20" + '\0' + little(e.name.size(), 1) + e.name + little(crc16_of(e.content), 2);
    unsigned sum = 0;
    for (const char c : rest) sum += static_cast<unsigned char>(c);
    out += little(rest.size(), 1) + little(sum & 0xff, 1) + rest + packed;
  }
  return out + '\0';
}

}  // namespace postern::testing
