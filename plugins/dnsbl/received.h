// SPDX-License-Identifier: MIT
// One Received field (RFC 5321, 4.4): who handed the mail to the host that wrote it. Strict: the address is the one
// that this host saw, which stands in the parenthesis behind the name the client gave itself; a name in brackets
// outside of it is only the client's word. A field of another form is "unreadable", never guessed at. Value of the
// field in, value out.
#pragma once
#include <optional>
#include <string_view>

#include "address.h"

namespace postern::dnsbl {

struct ReceivedField {
  enum class Kind {
    from_client,  // address says which
    from_here,    // "by ..." only: the mail began on this host
    unreadable,
  };
  Kind kind = Kind::unreadable;
  Address address;
};

ReceivedField read_received(std::string_view value);

}  // namespace postern::dnsbl
