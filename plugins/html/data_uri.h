// SPDX-License-Identifier: MIT
// RFC 2397: "data:" [type] [";" parameter]… [";base64"] "," data, wherever it stands in a text. Forgiving: case, blanks
// and line breaks do not matter, as they do not to browsers.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "encodings.h"

namespace html_plugin {

struct DataUri {
  std::string type;  // lower case, without parameters; "text/plain" where it says none
  Encoding encoding;
  std::string_view data;  // a range of the text
};

std::vector<DataUri> find_data_uris(std::string_view text);

}  // namespace html_plugin
