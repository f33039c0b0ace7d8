// SPDX-License-Identifier: MIT
// From an outcome to what the sender's side hears: one reply per recipient in LMTP, one for all in SMTP. Pure. This is the one place
// where a final reply is made.
#pragma once
#include <vector>

#include "mail/outcome.h"
#include "mail/received_mail.h"

namespace postern::receive {

std::vector<mail::Reply> final_replies(const mail::Outcome& outcome, mail::Protocol protocol, size_t recipients);

}  // namespace postern::receive
