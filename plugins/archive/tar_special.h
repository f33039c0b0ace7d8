// SPDX-License-Identifier: MIT
// Links, devices and directories of tar that claim a size. Old writers put one there and write no bytes, so some
// readers take what follows for the next header; others skip as many bytes. The whole tar file in, and where a reader
// stands behind the header of such a member; out the bytes that are its own for the second kind of readers, unless the
// archive makes sense only to the first. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace archive_plugin {

struct TarBytes {
  uint64_t begin, end;
  uint64_t end_of_block;  // the next header, for who skips them
};

std::optional<TarBytes> bytes_behind_special(std::string_view tar, uint64_t behind_header);

}  // namespace archive_plugin
