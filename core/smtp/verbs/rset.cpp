// SPDX-License-Identifier: MIT
// RSET (RFC 5321 4.1.1.5): the transaction never was.
#include "smtp/session.h"
#include "smtp/verbs.h"

namespace postern::smtp::verbs {

Answer rset(Session& session, std::string_view argument) {
  if (!argument.empty()) return mail::Reply{501, "5.5.4", "Syntax: RSET"};
  session.reset();
  return mail::Reply{250, "2.0.0", "Ok"};
}

}  // namespace postern::smtp::verbs
