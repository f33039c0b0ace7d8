// SPDX-License-Identifier: MIT
// What Dr.Web's daemon says, for tests.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace postern::drwebd {

inline std::string number(uint32_t n) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(n >> shift & 0xff);
  return bytes;
}
// Names end with NUL, as the daemon's do.
inline std::string answer(uint32_t result, const std::vector<std::string>& names) {
  std::string bytes = number(result) + number(static_cast<uint32_t>(names.size()));
  for (const std::string& name : names) bytes += number(static_cast<uint32_t>(name.size() + 1)) + name + std::string(1, '\0');
  return bytes;
}

}  // namespace postern::drwebd
