// SPDX-License-Identifier: MIT
#include "mail/scores.h"

#include <cstdlib>

namespace postern::mail {

std::string points_text(int32_t points) {
  const int64_t size = std::llabs(int64_t{points});
  std::string text = (points < 0 ? "-" : "") + std::to_string(size / 1000);
  if (size % 1000 == 0) return text;
  std::string fraction = std::to_string(1000 + size % 1000).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return text + "." + fraction;
}

}  // namespace postern::mail
