// SPDX-License-Identifier: MIT
// xtext (RFC 3461 4): printable ASCII as it is, all else, '+' and '=' as "+" and two hexadecimal digits. DSN parameters
// and XFORWARD values travel in it. What decodes may be anything, line ends too: the caller asks has_control() before
// using it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace postern::smtp {

std::string xtext_encode(std::string_view bytes);
std::optional<std::string> xtext_decode(std::string_view text);  // nullopt: not xtext

}  // namespace postern::smtp
