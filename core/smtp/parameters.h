// SPDX-License-Identifier: MIT
// The parameters behind the path of MAIL and RCPT: SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531), RET, ENVID,
// NOTIFY and ORCPT (RFC 3461), AUTH (RFC 4954: checked, then forgotten: the filter believes nobody's sender). In: the
// text after '>'. Out: the envelope's fields, or the reply that refuses the command; then the fields are not to be
// used.
#pragma once
#include <optional>
#include <string_view>

#include "mail/envelope.h"
#include "mail/reply.h"

namespace postern::smtp {

std::optional<mail::Reply> read_mail_parameters(std::string_view text, mail::Envelope& envelope);
std::optional<mail::Reply> read_recipient_parameters(std::string_view text, bool smtputf8, mail::Recipient& recipient);

}  // namespace postern::smtp
