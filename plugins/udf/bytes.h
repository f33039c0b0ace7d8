// SPDX-License-Identifier: MIT
// Numbers and pieces out of bytes that nobody has checked yet: what stands behind the end reads as zero, or is short.
#pragma once
#include <postern/support/binary.h>

#include <cstdint>
#include <string_view>

namespace udf_plugin {

constexpr uint64_t block_size = 2048;  // of what is read here, and the sector of a CD

inline std::string_view range(std::string_view bytes, uint64_t at, uint64_t size) {
  return at >= bytes.size() ? std::string_view() : bytes.substr(static_cast<size_t>(at), static_cast<size_t>(size));
}
inline std::string_view block_at(std::string_view bytes, uint64_t block) {
  return range(bytes, block * block_size, block_size);
}
inline bool holds(std::string_view bytes, uint64_t at, uint64_t size) {
  return at <= bytes.size() && size <= bytes.size() - at;
}
inline uint8_t number8(std::string_view bytes, uint64_t at) {
  return postern::support::BinaryReader(range(bytes, at, 1)).u8();
}
inline uint16_t number16(std::string_view bytes, uint64_t at) {
  return postern::support::BinaryReader(range(bytes, at, 2)).u16();
}
inline uint32_t number32(std::string_view bytes, uint64_t at) {
  return postern::support::BinaryReader(range(bytes, at, 4)).u32();
}
inline uint64_t number64(std::string_view bytes, uint64_t at) {
  return postern::support::BinaryReader(range(bytes, at, 8)).u64();
}

}  // namespace udf_plugin
