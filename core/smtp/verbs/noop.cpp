// SPDX-License-Identifier: MIT
// NOOP (RFC 5321 4.1.1.9): its argument, if any, means nothing.
#include "smtp/verbs.h"

namespace postern::smtp::verbs {

Answer noop(Session&, std::string_view) {
  return mail::Reply{250, "2.0.0", "Ok"};
}

}  // namespace postern::smtp::verbs
