// SPDX-License-Identifier: MIT
#include "deliver/capability_gap.h"

#include <algorithm>

#include "smtp/characters.h"
#include "smtp/client_parameters.h"

namespace postern::deliver {

bool needs_smtputf8(const Letter& letter) {
  const mail::Envelope& envelope = *letter.envelope;
  return envelope.smtputf8 || !smtp::is_ascii(envelope.sender) ||
         std::any_of(letter.recipients.begin(), letter.recipients.end(),
                     [&](uint32_t i) { return !smtp::is_ascii(envelope.recipients[i].address); });
}

std::optional<mail::Reply> capability_gap(const Letter& letter, const OutgoingContent& content,
                                          const smtp::Capabilities& offered) {
  if (offered.size_limit > 0 && content.size() > offered.size_limit)
    return mail::Reply{552, "5.3.4", "Message size exceeds the limit of the next hop"};
  // RFC 6531 3.2 comes first: such a mail usually has 8-bit content too, and this is the better reason.
  if (!offered.smtputf8 && needs_smtputf8(letter))
    return mail::Reply{550, "5.6.7", "The next hop does not support internationalised addresses"};
  // What was only declared 8-bit needs nothing of the next hop.
  if (!offered.eight_bit_mime && !content.is_ascii())
    return mail::Reply{550, "5.6.3", "The next hop does not take 8-bit content"};
  return std::nullopt;
}

}  // namespace postern::deliver
