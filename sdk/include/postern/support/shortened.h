// SPDX-License-Identifier: MIT
// The beginning of a mail for an engine that need not see all of it.
#pragma once
#include <algorithm>
#include <cstddef>
#include <string_view>

namespace postern::support {

// The header and the beginning of the body, limit bytes together; of a header that is longer than the limit up to twice as
// much, so that what the engine sees still is a mail.
inline std::string_view shortened(std::string_view mail, size_t limit) {
  if (mail.size() <= limit) return mail;
  const size_t header = std::min(mail.find("\r\n\r\n"), mail.size());
  return mail.substr(0, std::min(mail.size(), std::max(limit, std::min(header + 4, 2 * limit))));
}

}  // namespace postern::support
