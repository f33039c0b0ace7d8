// SPDX-License-Identifier: MIT
// A cryptographic message (RFC 5652: signed, enveloped, …): of what kind it is, and where the content stands that it
// encloses. In: its bytes, in BER. Out: places. Signatures are not verified. It never fails; nothing: it is none.
#pragma once
#include <optional>
#include <string_view>

#include "ber.h"

namespace postern::pkcs7 {

enum class Kind {
  clear,       // signed, digested, authenticated or plain data: the content stands there as it is
  compressed,  // zlib (RFC 3274)
  encrypted,   // enveloped or encrypted
  unknown
};

struct Message {
  Kind kind = Kind::unknown;
  std::optional<Element> content;  // an OCTET STRING; nothing: the content is elsewhere, as with a detached signature
  bool is_damaged = false;         // it ends, or is broken, before the place where the content should be
};

std::optional<Message> read_message(std::string_view bytes);

}  // namespace postern::pkcs7
