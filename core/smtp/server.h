// SPDX-License-Identifier: MIT
// The server side of SMTP (RFC 5321) and LMTP (RFC 2033), without I/O: bytes in, bytes and events out. HELO or EHLO
// makes it SMTP, LHLO makes it LMTP. Extensions: PIPELINING, SIZE, 8BITMIME, SMTPUTF8, DSN, ENHANCEDSTATUSCODES,
// CHUNKING, XFORWARD. Only CRLF.CRLF ends DATA. Content reaches the events with CRLF line ends only: a bare LF becomes
// CRLF, a bare CR becomes a space (as Postfix 3.9 does it), so nothing that leaves can be read as two mails. BDAT
// content is treated alike. Never throws for anything a client sends; garbage is answered 5xx, and too much of it ends
// the session with 421.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/envelope.h"
#include "mail/received_mail.h"
#include "mail/reply.h"

namespace postern::smtp {

struct ServerSettings {
  std::string hostname = "localhost";      // in the greeting
  uint64_t size_limit = 64 * 1024 * 1024;  // bytes of content; offered as SIZE; 0: none
  size_t recipient_limit = 1100;           // then 452 4.5.3, as RFC 5321 4.5.3.1.10 wants it
  size_t line_limit = 2048;  // octets of a command line with CRLF; MAIL and RCPT with extensions need over 512;
                             // three times more without a line end: 421
  size_t error_limit = 20;   // rejected commands since the last mail, then 421 4.7.0 and the end
  bool xforward = true;      // offered and taken; else 550 for an unauthorised client
};

// What the session's driver does when the dialogue gets that far. Calls come from inside receive(), finish(),
// close_with(), connection_lost(); they must not throw, and of the Server they may call only finish(), from
// end_content(), and the getters. Each content that began is followed by exactly one end_content() or abort_content().
class ServerEvents {
 public:
  virtual ~ServerEvents() = default;
  // A transaction's content begins (354 or the first BDAT). A reply refuses it before a byte is taken (452 4.3.1: no
  // space).
  virtual std::optional<mail::Reply> begin_content(const mail::Envelope& envelope) = 0;
  // More content, unstuffed, CRLF only. false: it cannot be kept: abort_content() follows, the rest is drained and
  // answered 452 4.3.1.
  virtual bool content(std::string_view bytes) = 0;
  // Content is complete. The server takes no further command until finish() is called: from inside this call or later.
  virtual void end_content() = 0;
  // What began will not be completed: too large, not kept, connection lost, RSET between BDATs, shutdown.
  virtual void abort_content() = 0;
};

class Server {
 public:
  Server(ServerSettings settings, ServerEvents& events);
  ~Server();

  // Call once, before anything: puts the 220 greeting into the output. Or refuse the client with another reply.
  void greet();
  void refuse(const mail::Reply& reply);

  // Takes what the client sent. While wants_input() is false, bytes are kept for later: the driver should stop reading.
  void receive(std::string_view bytes);
  bool wants_input() const;
  size_t kept() const;  // bytes that wait for finish(); the driver bounds them

  // Ends the transaction that end_content() announced: one reply for SMTP (replies.front()), one for each accepted
  // recipient in order for LMTP. Too few replies: the missing ones are 451. Then goes on with what was pipelined.
  void finish(const std::vector<mail::Reply>& replies);

  // Bytes to send; empties the buffer.
  std::string take_output();
  bool has_output() const;
  // After the output is sent, close the connection (QUIT, 421).
  bool is_closing() const;

  // The driver's own ends: time-out or shutdown (421), connection lost.
  void close_with(const mail::Reply& reply);
  void connection_lost();

  // Of the current transaction; valid from begin_content() until finish().
  const mail::Envelope& envelope() const;
  const mail::Client& client() const;  // from XFORWARD; empty members where nothing was forwarded
  const std::string& helo() const;     // as the client introduced itself
  mail::Protocol protocol() const;
  bool in_transaction() const;  // between MAIL and its end

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace postern::smtp
