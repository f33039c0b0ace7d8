// SPDX-License-Identifier: MIT
// May this mail be given to a next hop that offers this? Pure. In: the mail as it would leave, and the offer. Out:
// nothing, or the reply for all its recipients; the mail is not changed to fit (RFC 6152 and 6531 make a relay return
// it instead).
#pragma once
#include <optional>

#include "deliver/courier.h"
#include "deliver/outgoing_content.h"
#include "mail/reply.h"
#include "smtp/capabilities.h"

namespace postern::deliver {

// True where the sender asked for SMTPUTF8 or an address cannot be said without it.
bool needs_smtputf8(const Letter& letter);

std::optional<mail::Reply> capability_gap(const Letter& letter, const OutgoingContent& content,
                                          const smtp::Capabilities& offered);

}  // namespace postern::deliver
