// SPDX-License-Identifier: MIT
// A Reply as lines on the wire (RFC 5321 4.2.1): the code and, if given, the enhanced code on every line (RFC 2034 3),
// CRLF at each end. Text can add no line of its own: '\n' starts the next line of this reply, other controls become
// blanks, what is not UTF-8 becomes '?'. A line over 512 octets (RFC 5321 4.5.3.1.5) goes on in the next.
#pragma once
#include <string>

#include "mail/reply.h"

namespace postern::smtp {

void append_reply(std::string& out, const mail::Reply& reply);

}  // namespace postern::smtp
