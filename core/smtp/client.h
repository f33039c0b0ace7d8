// SPDX-License-Identifier: MIT
// The client side of SMTP (RFC 5321) and LMTP (RFC 2033), without I/O: received bytes in, bytes to send and decisions
// out. It says hello (EHLO, on 5xx HELO; LHLO), then carries out one transaction after another, PIPELINING (RFC 2920)
// where offered. The driver moves bytes and follows step(): it owns socket, time and the content, which never passes
// through here. Nothing a server sends throws; it becomes replies, one for each recipient, or a broken dialogue with
// the reason.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mail/envelope.h"
#include "mail/received_mail.h"
#include "mail/reply.h"
#include "smtp/capabilities.h"
#include "smtp/reply_parser.h"

namespace postern::smtp {

class Client {
 public:
  enum class Protocol { smtp, lmtp };

  struct Transaction {  // lent until step() is done or broken
    const mail::Envelope* envelope = nullptr;
    std::span<const uint32_t> recipients;  // indexes into envelope->recipients; at least one
    const mail::Client* client = nullptr;  // for XFORWARD; null: nothing is forwarded
    uint64_t size = 0;                     // octets of the content that will follow
    bool smtputf8 = false;                 // needed for this mail
    bool one_reply = false;                // a 4xx for one recipient ends it before DATA, with 4xx for all
  };

  enum class Step {
    dialogue,  // send output(), then give what the server answers to receive()
    ready,     // hello is over: begin() may be called
    content,   // send the stuffed content and its dot, then call content_sent()
    done,      // replies() are final; is_reusable(): begin() may be called again
    broken,    // no recipient got anything and none will on this connection; failure() says why
  };

  Client(Protocol protocol, std::string helo);

  Step step() const { return step_; }
  std::string_view output() const { return output_; }
  void output_sent() { output_.clear(); }

  void receive(std::string_view bytes);
  void begin(const Transaction& transaction);
  void content_sent();
  // The connection is gone or time is up. After the dot nobody knows whether the mail arrived: then step() is done, and
  // who has no answer gets 451 4.4.2, for a mail may come twice but never get lost. Before, it is broken, for the
  // reason given.
  void lost(const mail::Reply& why);

  const Capabilities& capabilities() const { return capabilities_; }
  const std::vector<mail::Reply>& replies() const { return replies_; }  // in the order of Transaction::recipients
  const mail::Reply& failure() const { return failure_; }
  bool is_reusable() const;

 private:
  enum class Verb : uint8_t { greeting, ehlo, helo, rset, xforward, mail, rcpt, data, content };
  enum class Fate : uint8_t { unknown, accepted, refused };  // of a recipient, by the answer to RCPT

  void take_reply(const mail::Reply& reply);
  void take_hello(Verb verb, const mail::Reply& reply);
  void take_mail(const mail::Reply& reply);
  void take_rcpt(const mail::Reply& reply);
  void take_data(const mail::Reply& reply);
  void take_content(const mail::Reply& reply);
  void advance();
  bool may_send(Verb next) const;
  void send_next();
  void send(Verb verb, std::string_view line);
  void answer(size_t recipient, Verb verb, const mail::Reply& reply);
  void answer_accepted(Verb verb, const mail::Reply& reply);
  bool is_content_wanted() const;
  bool all_are_refused() const { return refused_ == fates_.size(); }
  void close_without_content();
  void finish();
  void end(const mail::Reply& before_dot, const mail::Reply& after_dot);
  void fail(const mail::Reply& why);

  Protocol protocol_;
  std::string helo_;
  Step step_ = Step::dialogue;
  std::string output_;
  ReplyParser parser_;
  Capabilities capabilities_;
  mail::Reply failure_;

  std::vector<Verb> awaited_;  // commands without a reply yet, oldest first, from awaited_front_
  size_t awaited_front_ = 0;
  bool is_closing_ = false;   // the server said 421, or the dialogue ended out of step
  bool needs_reset_ = false;  // an abandoned transaction is still open there

  Transaction transaction_;
  std::vector<std::string> forward_;                 // XFORWARD commands
  size_t forwarded_ = 0, named_ = 0, answered_ = 0;  // XFORWARD and RCPT commands sent; RCPT answered
  Verb next_ = Verb::greeting;                       // what is to be sent next; content: nothing more
  std::vector<Fate> fates_;
  std::vector<mail::Reply> replies_;
  size_t refused_ = 0;           // how many fates are refused
  size_t temporary_ = 0;         // first recipient refused with 4xx; fates_.size(): none
  size_t content_answered_ = 0;  // LMTP: recipients before this one have their last reply
  bool is_mail_refused_ = false;
  bool is_content_sent_ = false;  // the dot too: from here on a mail may have been taken
};

}  // namespace postern::smtp
