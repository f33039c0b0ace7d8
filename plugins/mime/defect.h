// SPDX-License-Identifier: MIT
// What is wrong with a mail, as data: the reader goes on, policy decides.
#pragma once
#include <postern/plugin.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::mime {

struct Defect {
  std::int32_t category = POSTERN_CAT_MALFORMED;  // POSTERN_CAT_*
  std::string_view code;                          // one token, a literal: "mime-no-close-delimiter"
  std::string text;                               // for people
};

}  // namespace postern::mime
