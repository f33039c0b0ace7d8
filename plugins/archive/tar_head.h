// SPDX-License-Identifier: MIT
// One header of a tar file, without what libarchive makes of it. Bytes in, claims out; pure, and nothing fails.
#pragma once
#include <cstdint>
#include <string_view>

namespace archive_plugin {

constexpr uint64_t tar_block = 512;

// By its checksum alone, so that those older than "ustar" count as well.
bool is_tar_head(std::string_view bytes);

char tar_kind(
    std::string_view head);  // '0' file, '1' hard link, '2' link, '3' and '4' devices, '5' directory, '6' FIFO
uint64_t tar_size(std::string_view head);  // octal, or binary as GNU and star write large ones

}  // namespace archive_plugin
