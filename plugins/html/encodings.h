// SPDX-License-Identifier: MIT
// The ways in which pages write bytes as text: entities, percent signs, hexadecimal digits, lists of numbers. They
// never fail: what does not belong there stays or is skipped.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace html_plugin {

enum class Encoding { plain, base64, base64_reversed, percent, hexadecimal, numbers };

const char* name(Encoding encoding);

std::string decode_entities(std::string_view text);  // "&lt;", "&#60;", "&#x3c;"
std::string decode_percent(std::string_view text);   // "%3c", "%u003c" of JavaScript's escape()

// All of it, or its first bytes if there is a limit.
std::string decode(Encoding encoding, std::string_view text, size_t limit = std::string_view::npos);

// How a long literal may be read; most are none of these.
std::optional<Encoding> guess_encoding(std::string_view text);

// Letters of base64, URLs' variant included.
bool is_base64(char c);

}  // namespace html_plugin
