// SPDX-License-Identifier: MIT
// The names one ZIP header claims: raw bytes and extra fields in, all readings of the name out, the likeliest first.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace archive_plugin {

// is_utf8: general purpose bit 11. extra: the header's extra fields.
void add_zip_names(std::string_view raw, std::string_view extra, bool is_utf8, std::vector<std::string>& names);

}  // namespace archive_plugin
