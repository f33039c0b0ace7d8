// SPDX-License-Identifier: MIT
// The writing desk: which notices a judgement calls for, and the delivery status notification a sender is owed (RFC
// 3464). Pure: text comes out, somebody else posts it.
#pragma once
#include <string>
#include <vector>

#include "mail/judgement.h"
#include "mail/outcome.h"
#include "mail/plan.h"
#include "mail/received_mail.h"

namespace postern::notify {

// The notice "mail.blocked" for the administrator where a recipient's wish says so; at most one a mail. Facts:
// "event.kind", "event.time" (RFC 3339), "event.category", "event.reason" (repeated), "event.virus" (repeated),
// "event.quarantine", "mail.id", "mail.queue-id", "mail.from", "mail.rcpt" (repeated), "mail.subject",
// "mail.message-id", "mail.size", "client.addr", "client.name".
std::vector<mail::Notice> notices(const mail::ReceivedMail& mail, const mail::Judgement& judgement,
                                  const std::string& quarantine_id);

struct FailedRecipient {
  uint32_t recipient = 0;  // index into the envelope
  mail::Reply reply;       // permanent
  std::string remote;      // next hop that said so; empty: we did
};

// The notice for the administrator where failure_notification() was itself refused for good: the copies are in the
// quarantine, and nobody else will ever know. The same facts, "event.category" being "undeliverable".
mail::Notice undeliverable_notice(const mail::ReceivedMail& mail, const std::vector<FailedRecipient>& failed,
                                  const std::string& quarantine_id);

// A complete mail (CRLF) that tells the sender which recipients failed: multipart/report, Auto-Submitted, header of the
// original without its body. Empty when none is owed: null sender, or NOTIFY without FAILURE for all (RFC 3461 5.2, RFC
// 3834). An address that is not ASCII makes it the international form (RFC 6533): it then needs SMTPUTF8 to travel.
// Dated as the mail arrived. boundary: random, must not occur in the original.
std::string failure_notification(const mail::ReceivedMail& mail, const std::vector<FailedRecipient>& failed,
                                 const std::string& hostname, const std::string& boundary);

}  // namespace postern::notify
