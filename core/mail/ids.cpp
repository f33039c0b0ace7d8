// SPDX-License-Identifier: MIT
#include "mail/ids.h"

#include <algorithm>
#include <cctype>

#include "base/digest.h"

namespace postern::mail {
namespace {

constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool is_letter_or_digit(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

}  // namespace

std::string new_mail_id() {
  for (;;) {
    std::string id = base::random_bytes(id_length);
    for (char& c : id) c = alphabet[static_cast<unsigned char>(c) & 63];
    // A leading '-' would look like an option, a trailing '_' gets lost in running text.
    if (is_letter_or_digit(id.front()) && is_letter_or_digit(id.back())) return id;
  }
}

bool is_mail_id(std::string_view text) {
  return text.size() == id_length && is_letter_or_digit(text.front()) && is_letter_or_digit(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
}

}  // namespace postern::mail
