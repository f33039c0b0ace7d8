// SPDX-License-Identifier: MIT
// The command lines a client sends, without their CRLF: parameters of MAIL and RCPT as the server offers them (DSN
// parameters verbatim, RFC 3461; not offered: left out), and XFORWARD. Pure. Address and parameters were checked where
// they came in; is_sendable() is the last guard against a line that would be read as two.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mail/envelope.h"
#include "mail/received_mail.h"
#include "smtp/capabilities.h"

namespace postern::smtp {

// Both append to line.
void write_mail_command(std::string& line, const mail::Envelope& envelope, uint64_t size, bool smtputf8,
                        const Capabilities& offered);
void write_rcpt_command(std::string& line, const mail::Recipient& recipient, const Capabilities& offered);

// One attribute for each the server knows, unknown values as [UNAVAILABLE]; as many commands as fit 512 octets each
// (Postfix XFORWARD_README). None where the server does not offer it.
std::vector<std::string> xforward_commands(const mail::Client& client, const Capabilities& offered);

// No control character, and nothing that ends the address or the parameter before its time.
bool is_sendable(const mail::Envelope& envelope, const mail::Recipient& recipient);

}  // namespace postern::smtp
