// SPDX-License-Identifier: MIT
// OpenPGP (RFC 9580): what a message holds, and where messages stand in a text, armored. In: the packets of a message,
// or the text. Out: whether somebody without the key can read it; the blocks. Keys, signatures and texts that are
// signed in clear are no messages. Nothing is deciphered or inflated. Time in proportion to the size; it never fails.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace postern::encoded {

enum class PgpContent {
  none,       // no message, or one that shows what it holds
  encrypted,  // to keys or with a password
  compressed  // readable by everybody who inflates it, with a signature or without
};

// is_declared: a name, a type or an armor says that it is a message, so that few bytes are enough to believe it.
PgpContent pgp_content(std::string_view packets, bool is_declared);

// The bytes of the messages that stand armored in a text.
std::vector<std::string> armored_pgp_messages(std::string_view text);

}  // namespace postern::encoded
