// SPDX-License-Identifier: MIT
// What an HTML page shows as text, roughly: without tags, with line ends for those that make one, and with the entities
// that matter in encoded data decoded. One pass; it never fails.
#pragma once
#include <string>
#include <string_view>

namespace postern::encoded {

std::string html_text(std::string_view html);

}  // namespace postern::encoded
