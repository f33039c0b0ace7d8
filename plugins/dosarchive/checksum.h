// SPDX-License-Identifier: MIT
// The checksums that these archives carry, in pieces: begin with 0. CRC-32 as in ZIP; CRC-16 with the polynomial 0xa001.
#pragma once
#include <cstdint>
#include <string_view>

#include "walk.h"

namespace dosarchive_plugin {

uint32_t checksum(Checksum kind, std::string_view bytes, uint32_t before = 0);

}  // namespace dosarchive_plugin
