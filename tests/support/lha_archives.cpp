// SPDX-License-Identifier: MIT
#include "support/lha_archives.h"

#include "support/archives.h"
#include "support/dos_archives.h"

namespace postern::testing {

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
