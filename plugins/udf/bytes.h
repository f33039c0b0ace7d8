// SPDX-License-Identifier: MIT
// The SDK's numbers and pieces at a place, by their short names; and blocks.
#pragma once
#include <postern/support/bytes_at.h>

#include <cstdint>
#include <string_view>

namespace udf_plugin {

using postern::support::holds;
using postern::support::little16;
using postern::support::little32;
using postern::support::little64;
using postern::support::little8;
using postern::support::range;

constexpr uint64_t block_size = 2048;  // of what is read here, and the sector of a CD

inline std::string_view block_at(std::string_view bytes, uint64_t block) {
  return range(bytes, block * block_size, block_size);
}

}  // namespace udf_plugin
