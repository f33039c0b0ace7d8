// SPDX-License-Identifier: MIT
// DATA (RFC 5321 4.1.1.4): content follows, up to CRLF.CRLF.
#include "smtp/session.h"
#include "smtp/verbs.h"

namespace postern::smtp::verbs {

Answer data(Session& session, std::string_view argument) {
  if (!argument.empty()) return mail::Reply{501, "5.5.4", "Syntax: DATA"};
  // RFC 3030 3: DATA and BDAT do not mix in one transaction.
  if (session.in_content()) return mail::Reply{503, "5.5.1", "BDAT has begun"};
  if (auto refusal = refuse_content(session)) return refusal;
  if (auto refusal = session.begin_content(ContentFilter::Framing::dots)) return refusal;
  session.phase = Phase::data;
  return mail::Reply{354, "", "End data with <CR><LF>.<CR><LF>"};
}

Answer refuse_content(const Session& session) {
  if (!session.in_transaction) return mail::Reply{503, "5.5.1", "MAIL comes first"};
  if (!session.envelope.recipients.empty()) return std::nullopt;
  if (session.is_lmtp()) return mail::Reply{503, "5.1.1", "No valid recipients"};  // RFC 2033 4.2
  return mail::Reply{554, "5.5.1", "No valid recipients"};
}

}  // namespace postern::smtp::verbs
