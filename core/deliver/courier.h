// SPDX-License-Identifier: MIT
// Hands mail to the next hop over SMTP or LMTP and brings back a reply for each recipient. A list of next hops is a fail-over
// order. Connections are kept and used again; a kept connection that turns out dead is replaced by a fresh one, and no mail
// is answered 451 because of it. One courier per worker, one mail at a time, every call ends by its deadline. [worker]
// Never throws for what a next hop does: that becomes replies (connect 450 4.4.1, time-out 450 4.4.2, garbage 451 4.5.0).
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/plan.h"
#include "mail/received_mail.h"
#include "mail/reply.h"
#include "postern/support/deadline.h"
#include "postern/support/stream.h"

namespace postern::deliver {

struct NextHop {
  enum class Protocol { smtp, lmtp };
  Protocol protocol = Protocol::smtp;
  support::Endpoint endpoint;

  // "smtp:[127.0.0.1]:10025", "lmtp:unix:/run/x.sock", "smtp:host:25"; nullopt: not a next hop.
  static std::optional<NextHop> parse(std::string_view text);
  std::string text() const;  // "smtp:[127.0.0.1]:10025", as analysers of amavisd's log know it
};

struct CourierSettings {
  std::vector<NextHop> next_hops;  // tried in order, all of them before a mail is deferred
  std::string helo = "localhost";
  std::chrono::milliseconds connect_timeout{10000};
  std::chrono::milliseconds command_timeout{300000};  // RFC 5321 4.5.3.2; each is cut to what the deadline leaves
  std::chrono::milliseconds keep_idle{15000};         // a kept connection older than this is not used again
  // A next hop that failed slowly (nobody answers, and the connect timed out) is asked last for a while, so that not every mail waits for
  // it. One that refuses at once costs nothing, is asked each time, and is back the moment it is there.
  std::chrono::milliseconds slow{250}, rest{30000};
};

// A mail to deliver. Everything is lent for the call.
struct Letter {
  const mail::Envelope* envelope = nullptr;
  std::vector<uint32_t> recipients;  // indexes into envelope->recipients
  std::string_view content;          // CRLF lines
  const mail::HeaderEdits* edits = nullptr;
  const mail::Client* client = nullptr;  // for XFORWARD, where the next hop offers it; null: nothing is forwarded
  // The sender's side gets one reply for all (SMTP): a temporary refusal of one recipient ends the transaction before DATA,
  // so that the retry delivers nothing twice.
  bool one_reply = false;
  // Does the sender's side still wait? Asked before the last of the content goes out with its dot: who is gone comes again, and what is not
  // finished now is not delivered twice then. Empty: yes.
  std::function<bool()> is_awaited = {};
};

struct Receipt {        // one for each of Letter::recipients, in their order
  mail::Reply reply;    // the next hop's, with its enhanced code (made up from the code where it gave none)
  std::string next_hop; // NextHop::text(); empty: none was reached
};

class Courier {
 public:
  explicit Courier(CourierSettings settings);
  Courier(Courier&&) noexcept;
  ~Courier();

  std::vector<Receipt> deliver(const Letter& letter, const support::Deadline& deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace postern::deliver
