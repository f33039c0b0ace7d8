// SPDX-License-Identifier: MIT
// yEnc: every byte plus 42, line ends and NUL escaped. In: the lines between "=ybegin" and "=yend". Out: the bytes.
#pragma once
#include <string>
#include <string_view>

namespace postern::encoded {

std::string decode_yenc(std::string_view lines);

}  // namespace postern::encoded
