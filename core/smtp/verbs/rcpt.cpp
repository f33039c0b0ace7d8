// SPDX-License-Identifier: MIT
// RCPT TO:<forward-path> [parameters] (RFC 5321 4.1.1.3): every recipient is accepted; judging comes later.
#include "smtp/address.h"
#include "smtp/characters.h"
#include "smtp/parameters.h"
#include "smtp/session.h"
#include "smtp/verbs.h"

namespace postern::smtp::verbs {

Answer rcpt(Session& session, std::string_view argument) {
  using mail::Reply;
  if (!session.in_transaction) return Reply{503, "5.5.1", "MAIL comes first"};
  if (session.in_content()) return Reply{503, "5.5.1", "Content has begun"};
  constexpr std::string_view to = "TO:";
  if (!equals_ignoring_case(argument.substr(0, to.size()), to)) return Reply{501, "5.5.4", "Syntax: RCPT TO:<address>"};
  const std::optional<Path> path = parse_forward_path(argument.substr(to.size()));
  if (!path) return Reply{501, "5.1.3", "Bad recipient address syntax"};

  mail::Recipient recipient;
  recipient.address = path->mailbox;
  const bool smtputf8 = session.envelope.smtputf8;
  if (auto refusal = read_recipient_parameters(path->rest, smtputf8, recipient)) return refusal;
  if (!smtputf8 && !is_ascii(recipient.address)) return Reply{553, "5.6.7", "This recipient address needs SMTPUTF8"};
  // RFC 5321 4.5.3.1.10: the client comes again with the others.
  if (session.envelope.recipients.size() >= session.settings.recipient_limit)
    return Reply{452, "4.5.3", "Too many recipients"};
  session.envelope.recipients.push_back(std::move(recipient));
  return Reply{250, "2.1.5", "Ok"};
}

}  // namespace postern::smtp::verbs
