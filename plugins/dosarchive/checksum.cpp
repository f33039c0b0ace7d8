// SPDX-License-Identifier: MIT
#include "checksum.h"

#include <zlib.h>

#include <array>

namespace dosarchive_plugin {
namespace {

constexpr std::array<uint16_t, 256> crc16_table = [] {
  std::array<uint16_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) {
    unsigned value = i;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ 0xa001u : value >> 1;
    table[i] = static_cast<uint16_t>(value);
  }
  return table;
}();

}  // namespace

uint32_t checksum(Checksum kind, std::string_view bytes, uint32_t before) {
  if (kind == Checksum::crc32)
    return static_cast<uint32_t>(::crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
  uint32_t crc = before;
  for (const char c : bytes) crc = crc >> 8 ^ crc16_table[(crc ^ static_cast<unsigned char>(c)) & 0xffu];
  return crc;
}

}  // namespace dosarchive_plugin
