// SPDX-License-Identifier: MIT
// First product: a mail as receive took it. Made by receive, or by the tools from a file. Line ends are CRLF throughout: what
// is scanned is what is forwarded.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/content.h"
#include "mail/envelope.h"

namespace postern::mail {

enum class Protocol { smtp, esmtp, lmtp, local };  // local: a tool handed it in, nobody waits for SMTP replies

// Who brought the mail to the system. From XFORWARD where an authorised client sent it, else from our own connection.
// Empty: unknown ("[UNAVAILABLE]"). Values are decoded and hold no control characters.
struct Client {
  std::string name, address, port, helo, protocol, source, ident;  // ident: Postfix's queue id
};

struct ReceivedMail {
  std::string mail_id;  // see mail/ids.h
  std::string log_id;   // "12345-07": process of reception, sequence
  Envelope envelope;
  Client client;
  std::string peer;      // address of the connection to us: "127.0.0.1", "unix"
  std::string listener;  // as configured: "127.0.0.1:10024"
  Protocol protocol = Protocol::smtp;
  std::chrono::system_clock::time_point arrived;
  base::Content content;

  bool wants_one_reply_each() const { return protocol == Protocol::lmtp; }
};

// Raw value of the nth field of that name (any case) in the header of these bytes, unfolded and trimmed; empty: not there.
std::string header_field(std::string_view content, std::string_view name, size_t nth = 0);

}  // namespace postern::mail
