// SPDX-License-Identifier: MIT
// A mail's names: mail_id is ours, unguessable and safe anywhere (letters, digits, '-', '_'; never first or last a sign); the
// log id tells process and sequence, as people know it from amavisd's "(22027-09)".
#pragma once
#include <string>
#include <string_view>

namespace postern::mail {

inline constexpr size_t id_length = 12;

// 72 random bits as 12 characters of base64url.
std::string new_mail_id();

// True for text that can be one of our ids; everything else never gets near a path or a statement.
bool is_mail_id(std::string_view text);

}  // namespace postern::mail
