// SPDX-License-Identifier: MIT
// The dispatcher at work, always in one order: quarantine, delivery, the sender's notification of what failed for good, then notices.
// Obligations first: when the quarantine cannot take the mail, nothing is delivered and everybody is told to come again.
// Courtesies never change the outcome. Never throws for what disk and next hop do: it becomes replies.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "deliver/courier.h"
#include "mail/outcome.h"
#include "mail/plan.h"
#include "mail/received_mail.h"
#include "postern/support/deadline.h"
#include "quarantine/quarantine.h"

namespace postern::act {

struct Hands {
  quarantine::Quarantine& quarantine;
  deliver::Courier& courier;
  std::function<void(const mail::Notice&)> notify;  // may be empty; must not throw
  std::function<bool()> is_awaited;                 // does somebody still wait for the outcome? false: deliver nothing
  std::string hostname;
};

mail::Outcome carry_out(const mail::Plan& plan, const mail::ReceivedMail& mail, Hands& hands, const support::Deadline& deadline);

}  // namespace postern::act
