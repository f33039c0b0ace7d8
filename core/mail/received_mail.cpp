// SPDX-License-Identifier: MIT
#include "mail/received_mail.h"

#include <strings.h>

namespace postern::mail {

// RFC 5322 2.2: fields until the first empty line; a line that begins with blank or tab continues the one before.
std::string header_field(std::string_view content, std::string_view name, size_t nth) {
  size_t at = 0;
  while (at < content.size()) {
    size_t end = content.find("\r\n", at);
    if (end == std::string_view::npos) end = content.size();
    if (end == at) return {};
    const std::string_view line = content.substr(at, end - at);
    const bool matches = line.size() > name.size() && line[name.size()] == ':' &&
                         ::strncasecmp(line.data(), name.data(), name.size()) == 0;
    std::string value(matches ? line.substr(name.size() + 1) : std::string_view());
    at = end + 2;
    while (at < content.size() && (content[at] == ' ' || content[at] == '\t')) {
      end = content.find("\r\n", at);
      if (end == std::string_view::npos) end = content.size();
      if (matches) value.append(content.substr(at, end - at));
      at = end + 2;
    }
    if (!matches || nth-- > 0) continue;
    const size_t first = value.find_first_not_of(" \t"), last = value.find_last_not_of(" \t");
    return first == std::string::npos ? std::string() : value.substr(first, last - first + 1);
  }
  return {};
}

}  // namespace postern::mail
