// SPDX-License-Identifier: MIT
// MAIL FROM:<reverse-path> [parameters] (RFC 5321 4.1.1.2): a transaction begins.
#include "smtp/address.h"
#include "smtp/characters.h"
#include "smtp/parameters.h"
#include "smtp/session.h"
#include "smtp/verbs.h"

namespace postern::smtp::verbs {

Answer mail(Session& session, std::string_view argument) {
  using mail::Reply;
  if (!session.said_hello) return Reply{503, "5.5.1", "Say HELO, EHLO or LHLO first"};
  if (session.in_transaction) return Reply{503, "5.5.1", "A transaction is under way"};
  constexpr std::string_view from = "FROM:";
  if (!equals_ignoring_case(argument.substr(0, from.size()), from))
    return Reply{501, "5.5.4", "Syntax: MAIL FROM:<address>"};
  const std::optional<Path> path = parse_reverse_path(argument.substr(from.size()));
  if (!path) return Reply{501, "5.1.7", "Bad sender address syntax"};

  mail::Envelope envelope;
  envelope.sender = path->mailbox;
  if (auto refusal = read_mail_parameters(path->rest, envelope)) return refusal;
  if (!envelope.smtputf8 && !is_ascii(envelope.sender))
    return Reply{553, "5.6.7", "This sender address needs SMTPUTF8"};
  const uint64_t limit = session.settings.size_limit;
  if (limit != 0 && envelope.declared_size.value_or(0) > limit)
    return Reply{552, "5.3.4", "Message is larger than " + std::to_string(limit) + " octets"};
  session.envelope = std::move(envelope);
  session.in_transaction = true;
  return Reply{250, "2.1.0", "Ok"};
}

}  // namespace postern::smtp::verbs
