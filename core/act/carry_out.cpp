// SPDX-License-Identifier: MIT
#include "act/carry_out.h"

#include <algorithm>
#include <exception>

#include "base/digest.h"
#include "base/failure.h"
#include "base/log.h"
#include "notify/notices.h"

namespace postern::act {
namespace {

using mail::Action;
using mail::Disposition;
using mail::Outcome;
using mail::RecipientOutcome;

Disposition disposition_of(const mail::Reply& reply) {
  return reply.is_success() ? Disposition::delivered : reply.is_permanent() ? Disposition::rejected : Disposition::deferred;
}

bool hold(const mail::Plan& plan, const mail::ReceivedMail& mail, Hands& hands, Outcome& outcome) {
  if (!plan.quarantine) return true;
  try {
    outcome.quarantine_file = hands.quarantine.store(mail, *plan.quarantine);
    outcome.quarantine_id = plan.quarantine->id;
    return true;
  } catch (const std::exception& e) {
    base::log::error(mail.log_id + ": quarantine failed, mail is deferred: " + e.what());
    return false;
  }
}

bool is_held(const mail::Plan& plan, uint32_t recipient) {
  if (!plan.quarantine) return false;
  const auto& held = plan.quarantine->recipients;
  return std::find(held.begin(), held.end(), recipient) != held.end();
}

void answer(const mail::Plan& plan, Outcome& outcome) {
  for (const mail::Answer& a : plan.answers) {
    RecipientOutcome& r = outcome.recipients[a.recipient];
    const bool held = is_held(plan, a.recipient);
    r.reply = a.reply;
    switch (a.action) {
      case Action::discard: r.disposition = held ? Disposition::quarantined : Disposition::discarded; break;
      case Action::reject: r.disposition = Disposition::rejected; break;
      case Action::defer:
      case Action::pass: r.disposition = Disposition::deferred; break;
    }
    if (held && r.disposition != Disposition::deferred) r.where = "quarantine " + outcome.quarantine_id;
  }
}

// The next hop's own words stay in front of the client, so that "queued as …" can be found in both logs.
mail::Reply passed_on(const deliver::Receipt& receipt, const std::string& mail_id) {
  mail::Reply reply = receipt.reply;
  if (receipt.next_hop.empty()) return reply;
  if (reply.is_success()) {
    reply.text = "Ok, id=" + mail_id + ", from MTA(" + receipt.next_hop + "): " + std::to_string(reply.code) + " " + reply.enhanced + " " + reply.text;
    reply.code = 250;
    reply.enhanced = "2.0.0";
  } else {
    reply.text = "id=" + mail_id + ", from MTA(" + receipt.next_hop + "): " + reply.text;
  }
  return reply;
}

void deliver_group(const mail::DeliveryGroup& group, const mail::ReceivedMail& mail, Hands& hands, const support::Deadline& deadline,
                   Outcome& outcome) {
  deliver::Letter letter;
  letter.envelope = &mail.envelope;
  letter.recipients = group.recipients;
  letter.content = mail.content.bytes();
  letter.edits = &group.edits;
  letter.client = &mail.client;
  letter.one_reply = !mail.wants_one_reply_each();
  letter.is_awaited = hands.is_awaited;
  const std::vector<deliver::Receipt> receipts = hands.courier.deliver(letter, deadline);
  for (size_t i = 0; i < group.recipients.size() && i < receipts.size(); ++i) {
    RecipientOutcome& r = outcome.recipients[group.recipients[i]];
    r.reply = passed_on(receipts[i], mail.mail_id);
    r.disposition = disposition_of(receipts[i].reply);
    r.where = receipts[i].next_hop + " " + std::to_string(receipts[i].reply.code) + " " + receipts[i].reply.enhanced + " " + receipts[i].reply.text;
  }
}

bool any(const Outcome& outcome, Disposition d) {
  for (const RecipientOutcome& r : outcome.recipients)
    if (r.disposition == d) return true;
  return false;
}

// The notification as a letter of ours to the sender. The reply of the next hop to it; 451 where none could be had.
mail::Reply post_notification(const mail::ReceivedMail& mail, const std::string& text, Hands& hands, const support::Deadline& deadline) {
  mail::Envelope envelope;
  envelope.recipients.push_back({mail.envelope.sender, "NEVER", ""});
  envelope.smtputf8 = std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7f; });  // RFC 6533
  const mail::HeaderEdits none;
  deliver::Letter letter;
  letter.envelope = &envelope;
  letter.recipients = {0};
  letter.content = text;
  letter.edits = &none;
  const auto receipts = hands.courier.deliver(letter, deadline);
  return receipts.empty() ? mail::Reply{} : receipts.front().reply;
}

std::string random_boundary() {
  std::string boundary = "postern-";
  for (const char c : base::random_bytes(16)) boundary += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  return boundary;
}

// The sender's address takes no mail: no attempt will ever tell them, so the copies are kept and the administrator is told.
// False: they could not be kept either.
bool keep_undeliverable(const mail::ReceivedMail& mail, const std::vector<notify::FailedRecipient>& failed, Hands& hands, Outcome& outcome) {
  mail::QuarantineOrder order;
  order.id = quarantine::quarantine_id(mail);
  order.reason = "refused further on, and the sender could not be told";
  for (const auto& f : failed) order.recipients.push_back(f.recipient);
  mail::Plan keeping;
  keeping.quarantine = std::move(order);
  if (!hold(keeping, mail, hands, outcome)) return false;
  base::log::warning(mail.log_id + ": the sender's address takes no notification, refused copies are kept as " + outcome.quarantine_id);
  if (hands.notify) hands.notify(notify::undeliverable_notice(mail, failed, outcome.quarantine_id));
  for (const auto& f : failed) {
    RecipientOutcome& r = outcome.recipients[f.recipient];
    r.disposition = Disposition::quarantined;
    r.where = "quarantine " + outcome.quarantine_id;
    r.reply = {250, "2.5.0", "Ok, refused further on, kept, id=" + mail.mail_id};
  }
  return true;
}

// SMTP has one reply for all. Where some copies are safe and others refused for good, 250 is the only answer that repeats nothing, and
// the sender is owed a notification for the rest (RFC 5321 4.2.5: who answers 250 takes responsibility).
void tell_sender(const mail::ReceivedMail& mail, Hands& hands, const support::Deadline& deadline, Outcome& outcome) {
  if (mail.wants_one_reply_each() || any(outcome, Disposition::deferred)) return;
  std::vector<notify::FailedRecipient> failed;
  for (uint32_t i = 0; i < outcome.recipients.size(); ++i)
    if (outcome.recipients[i].disposition == Disposition::rejected) failed.push_back({i, outcome.recipients[i].reply, outcome.recipients[i].where});
  if (failed.empty() || failed.size() == outcome.recipients.size()) return;
  const std::string text = notify::failure_notification(mail, failed, hands.hostname, random_boundary());
  if (!text.empty()) {
    const mail::Reply told = post_notification(mail, text, hands, deadline);
    if (told.is_permanent() && keep_undeliverable(mail, failed, hands, outcome)) return;
    // A lost notification would lose the mail for these recipients. Deferring all may deliver a copy twice; that is the lesser evil.
    if (!told.is_success()) {
      base::log::warning(mail.log_id + ": the sender could not be told of refused recipients, mail is deferred");
      for (const auto& f : failed) outcome.recipients[f.recipient] = {};
      return;
    }
  }
  for (const auto& f : failed) {
    outcome.recipients[f.recipient].reply = {250, "2.5.0", "Ok, refused further on, the sender was told, id=" + mail.mail_id};
  }
}

}  // namespace

Outcome carry_out(const mail::Plan& plan, const mail::ReceivedMail& mail, Hands& hands, const support::Deadline& deadline) {
  Outcome outcome;
  outcome.recipients.resize(mail.envelope.recipients.size());  // each begins as 451
  if (!hold(plan, mail, hands, outcome)) return outcome;
  // Nobody waits any more: the sender's side will come again, and what is delivered now would be delivered twice.
  if (hands.is_awaited && !hands.is_awaited()) return outcome;
  for (const mail::DeliveryGroup& group : plan.deliveries) deliver_group(group, mail, hands, deadline, outcome);
  answer(plan, outcome);
  tell_sender(mail, hands, deadline, outcome);
  if (!any(outcome, Disposition::deferred) && hands.notify)
    for (const mail::Notice& notice : plan.notices) hands.notify(notice);
  return outcome;
}

}  // namespace postern::act
