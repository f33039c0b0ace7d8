// SPDX-License-Identifier: MIT
// Archives whose members are really compressed, for bombs: small files that unpack to much. Values in, bytes out;
// throws std::runtime_error where a library refuses.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "support/archives.h"

namespace postern::testing {

// A ZIP member by method: 8 deflate, 12 bzip2, 14 LZMA, 93 zstd, 95 xz.
ZipEntry packed_entry(const std::string& name, const std::string& content, uint16_t method);

// Deflate64 of so many zeros, 65538 to a match (code 285 with 16 extra bits), which zlib does not write.
std::string deflate64_zeros(size_t matches);

// A cabinet of one folder in MSZIP: blocks of 32 KiB, each deflated with those before it as its dictionary.
std::string cab_mszip_of(const std::vector<File>& files);

}  // namespace postern::testing
