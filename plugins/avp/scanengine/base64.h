// SPDX-License-Identifier: MIT
// Base64 (RFC 4648, 4) without line ends, in pieces, so that a large part never stands in memory twice.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace postern::scanengine {

// Of so many bytes.
constexpr uint64_t base64_size(uint64_t bytes) {
  return (bytes + 2) / 3 * 4;
}

// Of any bytes; of a piece that others follow, the size must be a multiple of three.
std::string base64(std::string_view bytes);

}  // namespace postern::scanengine
