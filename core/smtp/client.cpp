// SPDX-License-Identifier: MIT
#include "smtp/client.h"

#include <cassert>
#include <utility>

#include "smtp/client_parameters.h"

namespace postern::smtp {
namespace {

// Commands of a group. RFC 2920 3.1: its replies must not fill the buffers while we still write; fifty fit any
// socket's.
constexpr size_t max_group = 50;

const mail::Reply garbage_reply{451, "4.5.0", "The next hop does not speak the protocol"};
const mail::Reply unconfirmed_reply{451, "4.4.2", "The next hop did not confirm the mail; it may arrive twice"};

// An honest code where the server gave none (RFC 3463 3): the class is the reply's, the subject that of the command.
std::string made_up_enhanced_code(int code, bool about_address) {
  const std::string code_class(1, static_cast<char>('0' + code / 100));
  if (code >= 500 && code <= 504) return code_class + ".5.0";
  if (code == 421) return "4.3.2";
  if (code == 452) return about_address ? "4.5.3" : "4.3.1";  // RFC 5321 4.5.3.1.10: too many recipients
  if (code == 552) return about_address ? "5.2.2" : "5.3.4";
  if (about_address) return code_class + ".1.0";
  return code_class + ".6.0";
}

}  // namespace

Client::Client(Protocol protocol, std::string helo) : protocol_(protocol), helo_(std::move(helo)) {
  awaited_.push_back(Verb::greeting);
}

void Client::receive(std::string_view bytes) {
  while (!bytes.empty()) {
    if (step_ == Step::done || step_ == Step::broken) {
      is_closing_ = true;  // an answer to nothing: the dialogue is out of step
      return;
    }
    const bool is_untimely = step_ == Step::ready || !output_.empty();  // it answers what was not yet asked
    const ReplyParser::Result result = parser_.take(bytes);
    if (is_untimely || result == ReplyParser::Result::garbage) return end(garbage_reply, garbage_reply);
    if (result == ReplyParser::Result::complete) take_reply(parser_.reply());
  }
}

void Client::begin(const Transaction& transaction) {
  assert(is_reusable());
  assert(!transaction.recipients.empty());
  transaction_ = transaction;
  forward_.clear();
  if (transaction.client) forward_ = xforward_commands(*transaction.client, capabilities_);
  forwarded_ = named_ = answered_ = refused_ = content_answered_ = 0;
  temporary_ = transaction.recipients.size();
  is_mail_refused_ = is_content_sent_ = false;
  fates_.assign(transaction.recipients.size(), Fate::unknown);
  replies_.assign(transaction.recipients.size(), mail::Reply());
  next_ = needs_reset_ ? Verb::rset : forward_.empty() ? Verb::mail : Verb::xforward;
  needs_reset_ = false;
  step_ = Step::dialogue;
  advance();
}

void Client::content_sent() {
  assert(step_ == Step::content);
  step_ = Step::dialogue;
  is_content_sent_ = true;
  // RFC 2033 4.2: LMTP answers once for each recipient it accepted.
  const size_t answers = protocol_ == Protocol::lmtp ? fates_.size() - refused_ : 1;
  awaited_.assign(answers, Verb::content);
  awaited_front_ = 0;
}

void Client::lost(const mail::Reply& why) {
  end(why, unconfirmed_reply);
}

void Client::end(const mail::Reply& before_dot, const mail::Reply& after_dot) {
  is_closing_ = true;
  if (step_ == Step::done || step_ == Step::broken) return;
  if (is_content_sent_) {
    answer_accepted(Verb::content, after_dot);
    finish();
  } else if (step_ == Step::dialogue && !fates_.empty() && all_are_refused()) {
    finish();  // everybody has an answer; what is missing no longer matters
  } else {
    fail(before_dot);
  }
}

bool Client::is_reusable() const {
  return (step_ == Step::ready || step_ == Step::done) && !is_closing_ && parser_.is_between_replies();
}

void Client::take_reply(const mail::Reply& reply) {
  // An answer in the middle of the content: the server has had enough of it. Too early for a yes.
  if (step_ == Step::content) {
    if (reply.code < 400) return fail(garbage_reply);
    if (reply.code == 421) return fail(reply);
    answer_accepted(Verb::content, reply);
    is_closing_ = true;
    return finish();
  }
  assert(awaited_front_ < awaited_.size());
  const Verb verb = awaited_[awaited_front_++];
  if (awaited_front_ == awaited_.size()) {
    awaited_.clear();
    awaited_front_ = 0;
  }
  if (reply.code == 421) is_closing_ = true;
  switch (verb) {
    case Verb::greeting:
    case Verb::ehlo:
    case Verb::helo:
      return take_hello(verb, reply);
    case Verb::rset:
      if (!reply.is_success()) return fail(reply);
      break;
    case Verb::xforward:
      if (reply.code == 421) return fail(reply);
      break;  // refused: the mail goes on without it
    case Verb::mail:
      take_mail(reply);
      break;
    case Verb::rcpt:
      take_rcpt(reply);
      break;
    case Verb::data:
      take_data(reply);
      break;
    case Verb::content:
      take_content(reply);
      break;
  }
  if (step_ == Step::dialogue) advance();
}

void Client::take_hello(Verb verb, const mail::Reply& reply) {
  if (verb == Verb::greeting) {
    if (!reply.is_success()) return fail(reply);
    return send(Verb::ehlo, (protocol_ == Protocol::lmtp ? "LHLO " : "EHLO ") + helo_);
  }
  if (reply.is_success()) {
    if (verb == Verb::ehlo) capabilities_ = smtp::capabilities(reply.text);
    step_ = Step::ready;
  } else if (verb == Verb::ehlo && reply.is_permanent() && protocol_ == Protocol::smtp) {
    send(Verb::helo, "HELO " + helo_);  // RFC 5321 3.2: it knows no extensions
  } else {
    fail(reply);
  }
}

void Client::take_mail(const mail::Reply& reply) {
  if (reply.is_success()) {
    needs_reset_ = true;  // until the content ends the transaction
  } else if (reply.code < 400) {
    fail(garbage_reply);
  } else if (reply.code == 421) {
    fail(reply);
  } else {
    is_mail_refused_ = true;
    for (size_t i = 0; i < fates_.size(); ++i) answer(i, Verb::mail, reply);
  }
}

void Client::take_rcpt(const mail::Reply& reply) {
  const size_t recipient = answered_++;
  if (is_mail_refused_) return;
  if (reply.is_success())
    fates_[recipient] = Fate::accepted;
  else if (reply.code < 400)
    fail(garbage_reply);
  else if (reply.code == 421)
    fail(reply);
  else
    answer(recipient, Verb::rcpt, reply);
}

void Client::take_data(const mail::Reply& reply) {
  if (reply.code == 354) {
    if (!is_content_wanted()) return close_without_content();
    step_ = Step::content;
  } else if (reply.code < 400) {
    fail(garbage_reply);
  } else if (all_are_refused()) {
    finish();  // the expected echo of the refusals (RFC 2920 3.1)
  } else if (reply.code == 421) {
    fail(reply);
  } else {
    answer_accepted(Verb::data, reply);
    finish();
  }
}

void Client::take_content(const mail::Reply& reply) {
  needs_reset_ = false;
  if (reply.code >= 300 && reply.code < 400) return end(garbage_reply, garbage_reply);
  if (protocol_ == Protocol::smtp) {
    answer_accepted(Verb::content, reply);
    return finish();
  }
  while (fates_[content_answered_] != Fate::accepted) ++content_answered_;
  answer(content_answered_++, Verb::content, reply);
  if (awaited_.empty()) finish();
}

// Sends as many commands as may be under way at once; with nothing left to send or to wait for, the transaction is
// over.
void Client::advance() {
  while (step_ == Step::dialogue && next_ != Verb::content) {
    const bool is_over = is_mail_refused_ || (next_ == Verb::data && awaited_.empty() && !is_content_wanted());
    if (is_over)
      next_ = Verb::content;
    else if (may_send(next_))
      send_next();
    else
      return;
  }
  if (step_ == Step::dialogue && awaited_.empty()) finish();
}

bool Client::may_send(Verb next) const {
  if (awaited_.empty()) return true;
  // A group is written at once; the next one waits until all of this one is answered.
  if (!capabilities_.pipelining || output_.empty() || awaited_.size() >= max_group) return false;
  // With one reply for several recipients a 4xx to one of them must be known before the server says 354.
  return next != Verb::data || !transaction_.one_reply || fates_.size() == 1;
}

void Client::send_next() {
  switch (next_) {
    case Verb::rset:
      send(Verb::rset, "RSET");
      next_ = forward_.empty() ? Verb::mail : Verb::xforward;
      return;
    case Verb::xforward:
      send(Verb::xforward, forward_[forwarded_++]);
      if (forwarded_ == forward_.size()) next_ = Verb::mail;
      return;
    case Verb::mail:
      write_mail_command(output_, *transaction_.envelope, transaction_.size, transaction_.smtputf8, capabilities_);
      send(Verb::mail, "");
      next_ = Verb::rcpt;
      return;
    case Verb::rcpt:
      write_rcpt_command(output_, transaction_.envelope->recipients[transaction_.recipients[named_++]], capabilities_);
      send(Verb::rcpt, "");
      if (named_ == fates_.size()) next_ = Verb::data;
      return;
    case Verb::data:
      send(Verb::data, "DATA");
      next_ = Verb::content;
      return;
    case Verb::greeting:
    case Verb::ehlo:
    case Verb::helo:
    case Verb::content:
      break;
  }
  assert(false && "no command of a transaction");
}

void Client::send(Verb verb, std::string_view line) {
  output_.append(line).append("\r\n");
  awaited_.push_back(verb);
}

void Client::answer(size_t recipient, Verb verb, const mail::Reply& reply) {
  mail::Reply& own = replies_[recipient];
  own = reply;
  if (own.enhanced.empty()) own.enhanced = made_up_enhanced_code(reply.code, verb == Verb::mail || verb == Verb::rcpt);
  if (own.code == 421) own.code = 451;  // it was about that connection; here it would end another one
  if (verb == Verb::content) return;
  fates_[recipient] = Fate::refused;
  ++refused_;
  if (own.is_temporary() && temporary_ == fates_.size()) temporary_ = recipient;
}

// For all who have no last word yet.
void Client::answer_accepted(Verb verb, const mail::Reply& reply) {
  for (size_t i = content_answered_; i < fates_.size(); ++i)
    if (fates_[i] == Fate::accepted) answer(i, verb, reply);
}

bool Client::is_content_wanted() const {
  const bool deferred = transaction_.one_reply && temporary_ < fates_.size();
  return !all_are_refused() && !deferred;
}

// The server waits for content that must not be sent: even a lone dot would be a mail. Closing ends it without one.
void Client::close_without_content() {
  is_closing_ = true;
  finish();
}

void Client::finish() {
  step_ = Step::done;
  const bool is_deferred = transaction_.one_reply && temporary_ < fates_.size();
  if (!is_deferred) return;
  for (size_t i = 0; i < fates_.size(); ++i)
    if (fates_[i] != Fate::refused || !replies_[i].is_temporary()) replies_[i] = replies_[temporary_];
}

// A dialogue that ended before the dot. The server's own words stay visible, but nothing it says about itself is
// permanent for a mail: another next hop may take it, or this one later.
void Client::fail(const mail::Reply& why) {
  is_closing_ = true;
  step_ = Step::broken;
  failure_ = why;
  if (!why.is_temporary() || why.code == 421) failure_.code = 450;
  if (!failure_.enhanced.starts_with('4')) failure_.enhanced = "4.3.2";
}

}  // namespace postern::smtp
