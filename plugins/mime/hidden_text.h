// SPDX-License-Identifier: MIT
// Text in a charset in which even plain letters look like something else: UTF-7, UTF-16, UTF-32, the ISO-2022 family,
// HZ. In: a text's bytes and its declared charset. Out: the text in UTF-8; nothing where the bytes already show every
// ASCII character, which is the case of nearly all mail. It never fails.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace postern::mime {

std::optional<std::string> hidden_text(std::string_view bytes, std::string_view charset);

// Whether hidden_text() could have anything to say: cheap, without the decoded bytes.
bool may_hide_text(std::string_view charset, std::string_view first_decoded_bytes);

}  // namespace postern::mime
