// SPDX-License-Identifier: MIT
// VRFY (RFC 5321 3.5.3): a filter knows no mailboxes, and takes mail for all.
#include "smtp/verbs.h"

namespace postern::smtp::verbs {

Answer vrfy(Session&, std::string_view argument) {
  if (argument.empty()) return mail::Reply{501, "5.5.4", "Syntax: VRFY address"};
  return mail::Reply{252, "2.1.5", "Cannot verify, send some mail and I will try"};
}

}  // namespace postern::smtp::verbs
