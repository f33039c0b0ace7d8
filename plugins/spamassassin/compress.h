// SPDX-License-Identifier: MIT
// A mail as spamd takes it behind "Compress: zlib": one zlib stream (RFC 1950) of all of it. Errors: postern::Error (POSTERN_E_MEMORY).
#pragma once
#include <string>
#include <string_view>

namespace postern::spamassassin {

std::string compressed(std::string_view content);

}  // namespace postern::spamassassin
