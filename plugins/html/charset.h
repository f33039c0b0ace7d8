// SPDX-License-Identifier: MIT
// Pages in encodings in which "<" is not one byte: what comes out is UTF-8, where tags can be looked for. Characters
// are not checked, only converted: no input fails.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace html_plugin {

// UTF-16 by its byte order mark, or by a zero in every second of the first bytes. nullopt: it is not.
std::optional<std::string> from_utf16(std::string_view bytes);

// RFC 2152. nullopt: no "<" is written in it.
std::optional<std::string> from_utf7(std::string_view bytes);

void append_utf8(char32_t c, std::string& out);

}  // namespace html_plugin
