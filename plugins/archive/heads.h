// SPDX-License-Identifier: MIT
// Is it the head of an archive, or a mark by chance? Bytes from the mark on in, yes or no out, by checksums where there
// are any and by claims that fit each other elsewhere. What the answer costs is paid from a budget; where that is
// empty, the answer is no.
#pragma once
#include <cstddef>
#include <string_view>

namespace archive_plugin {

constexpr size_t lha_method_at = 2;

bool is_7z_head(std::string_view, size_t& budget);
bool is_rar_head(std::string_view, size_t& budget);  // of either format
bool is_cab_head(std::string_view, size_t& budget);
bool is_lha_head(std::string_view, size_t& budget);

}  // namespace archive_plugin
