// SPDX-License-Identifier: MIT
// Numbers and pieces at a place in bytes that nobody has checked yet: a field behind the end reads as zero and a range is short, so that
// whoever cares for the difference asks holds() first. For what is read from front to back: binary.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::support {

inline bool holds(std::string_view bytes, std::uint64_t at, std::uint64_t size) {
  return at <= bytes.size() && size <= bytes.size() - at;
}

inline std::uint64_t little(std::string_view bytes, std::uint64_t at, std::size_t size) {
  if (!holds(bytes, at, size)) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(at) + i]);
  return value;
}
inline std::uint8_t little8(std::string_view bytes, std::uint64_t at) {
  return static_cast<std::uint8_t>(little(bytes, at, 1));
}
inline std::uint16_t little16(std::string_view bytes, std::uint64_t at) {
  return static_cast<std::uint16_t>(little(bytes, at, 2));
}
inline std::uint32_t little32(std::string_view bytes, std::uint64_t at) {
  return static_cast<std::uint32_t>(little(bytes, at, 4));
}
inline std::uint64_t little64(std::string_view bytes, std::uint64_t at) {
  return little(bytes, at, 8);
}

inline std::uint64_t big(std::string_view bytes, std::uint64_t at, std::size_t size) {
  if (!holds(bytes, at, size)) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(at) + i]);
  return value;
}

inline bool has(std::string_view bytes, std::uint64_t at, std::string_view what) {
  return holds(bytes, at, what.size()) && bytes.substr(static_cast<std::size_t>(at), what.size()) == what;
}

// As much of a range as there is.
inline std::string_view range(std::string_view bytes, std::uint64_t at, std::uint64_t size) {
  return at >= bytes.size() ? std::string_view() : bytes.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(size));
}

}  // namespace postern::support
