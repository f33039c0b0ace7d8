// SPDX-License-Identifier: MIT
// Numbers out of bytes that nobody has checked yet: a field behind the end reads as zero, so that whoever cares for the
// difference asks holds() first.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace archive_plugin {

inline bool holds(std::string_view bytes, uint64_t at, uint64_t size) {
  return at <= bytes.size() && size <= bytes.size() - at;
}

inline uint64_t little(std::string_view bytes, uint64_t at, unsigned size) {
  if (!holds(bytes, at, size)) return 0;
  uint64_t value = 0;
  for (unsigned i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[static_cast<size_t>(at) + i]);
  return value;
}
inline uint16_t little16(std::string_view bytes, uint64_t at) {
  return static_cast<uint16_t>(little(bytes, at, 2));
}
inline uint32_t little32(std::string_view bytes, uint64_t at) {
  return static_cast<uint32_t>(little(bytes, at, 4));
}
inline uint64_t little64(std::string_view bytes, uint64_t at) {
  return little(bytes, at, 8);
}

inline uint64_t big(std::string_view bytes, uint64_t at, unsigned size) {
  if (!holds(bytes, at, size)) return 0;
  uint64_t value = 0;
  for (unsigned i = 0; i < size; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[static_cast<size_t>(at) + i]);
  return value;
}

inline bool has(std::string_view bytes, uint64_t at, std::string_view what) {
  return holds(bytes, at, what.size()) && bytes.substr(static_cast<size_t>(at), what.size()) == what;
}

// As much of a range as there is.
inline std::string_view range(std::string_view bytes, uint64_t at, uint64_t size) {
  return at >= bytes.size() ? std::string_view() : bytes.substr(static_cast<size_t>(at), static_cast<size_t>(size));
}

}  // namespace archive_plugin
