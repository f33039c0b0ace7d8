// SPDX-License-Identifier: MIT
#include "apple_file.h"

#include <algorithm>
#include <cstdint>

namespace postern::encoded {

using namespace std::string_view_literals;

namespace {

constexpr std::size_t header = 26, entry_size = 12, most_forks = 8;

std::uint32_t number(std::string_view file, std::size_t at, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<unsigned char>(file[at + i]);
  return value;
}

}  // namespace

std::optional<AppleFile> read_apple_file(std::string_view file) {
  if (file.size() < header || (!file.starts_with("\0\x05\x16\x00"sv) && !file.starts_with("\0\x05\x16\x07"sv)))
    return std::nullopt;
  AppleFile result;
  const std::size_t entries = number(file, 24, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = header + i * entry_size;
    if (at + entry_size > file.size()) {
      result.is_damaged = true;
      break;
    }
    const std::uint32_t id = number(file, at, 4);
    const std::size_t offset = std::min<std::size_t>(number(file, at + 4, 4), file.size());
    const std::size_t claimed = number(file, at + 8, 4), length = std::min(claimed, file.size() - offset);
    if (id < 1 || id > 3) continue;  // dates, icons, Finder's notes
    result.is_damaged = result.is_damaged || length != claimed;
    if (id == 3)
      result.name = file.substr(offset, std::min<std::size_t>(length, 1024));
    else if (result.forks.size() == most_forks)
      result.has_more = true;
    else if (length > 0)
      result.forks.push_back({offset, length, id == 2});
  }
  return result;
}

}  // namespace postern::encoded
