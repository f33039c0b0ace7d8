// SPDX-License-Identifier: MIT
// Paths as MAIL and RCPT carry them (RFC 5321 4.1.2, RFC 6531 3.3). In: the text after "FROM:" or "TO:". Out: what
// stands between < and >, verbatim, a source route dropped. Fails (nullopt) on anything else, on every control
// character, and on bytes that are not UTF-8. Kinder than the grammar where real mail needs it: dots anywhere in a
// local part, '_' in a domain, local parts over 64 octets (RFC 5321 4.5.3.1 asks for no limit where none is needed).
#pragma once
#include <optional>
#include <string_view>

namespace postern::smtp {

struct Path {
  std::string_view mailbox;  // empty: the null reverse-path; a view into the parsed text
  std::string_view rest;     // what follows the '>'
};

std::optional<Path> parse_reverse_path(std::string_view text);  // also "<>"
std::optional<Path> parse_forward_path(std::string_view text);  // also "<postmaster>"

// Local-part "@" ( Domain / address-literal ), nothing before or after.
bool is_mailbox(std::string_view text);

}  // namespace postern::smtp
