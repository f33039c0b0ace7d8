// SPDX-License-Identifier: MIT
// QUIT (RFC 5321 4.1.1.10): the client goes; an unfinished transaction never was.
#include "smtp/session.h"
#include "smtp/verbs.h"

namespace postern::smtp::verbs {

Answer quit(Session& session, std::string_view argument) {
  if (!argument.empty()) return mail::Reply{501, "5.5.4", "Syntax: QUIT"};
  session.close({221, "2.0.0", session.settings.hostname + " closing connection"});
  return std::nullopt;
}

}  // namespace postern::smtp::verbs
