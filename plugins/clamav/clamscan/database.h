// SPDX-License-Identifier: MIT
// How old ClamAV's signatures are: the head of daily.cld or daily.cvd, which freshclam renews. Read anew for each mail, as clamscan does.
// Errors: nullopt, where there is none or its head is not one.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::clamscan {

inline constexpr size_t head_size = 512;

struct Signatures {
  std::string version;  // "27820"
  int64_t time = 0;     // seconds since 1970, when they were made
};

std::optional<Signatures> parse_head(std::string_view first_bytes);
// The newer of the two files.
std::optional<Signatures> signatures_in(const std::string& directory);

}  // namespace postern::clamscan
