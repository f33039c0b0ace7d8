// SPDX-License-Identifier: MIT
// Little-endian numbers at a place that the caller has made sure of.
#pragma once
#include <cstdint>
#include <string_view>

namespace onenote_plugin {

inline uint64_t little(std::string_view bytes, size_t at, size_t size) {
  uint64_t value = 0;
  for (size_t i = size; i > 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}
inline uint16_t little16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(little(bytes, at, 2));
}
inline uint32_t little32(std::string_view bytes, size_t at) {
  return static_cast<uint32_t>(little(bytes, at, 4));
}
inline uint64_t little64(std::string_view bytes, size_t at) {
  return little(bytes, at, 8);
}

}  // namespace onenote_plugin
