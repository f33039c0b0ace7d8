// SPDX-License-Identifier: MIT
// The names of attached files, as the property sets of a section have them: [MS-ONE] 2.2.21, EmbeddedFileName. Which
// name belongs to which file stands in lists that a damaged section lacks; the names are all that is looked for.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace onenote_plugin {

std::vector<std::string> file_names(std::string_view bytes);  // UTF-8, each once

}  // namespace onenote_plugin
