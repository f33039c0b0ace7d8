// SPDX-License-Identifier: MIT
// The verbs of the dialogue: each is a function in a file of its own under verbs/, and a row in verbs.cpp.
#pragma once
#include <optional>
#include <string_view>

#include "mail/reply.h"

namespace postern::smtp {

struct Session;

struct Verb {
  std::string_view name;
  // argument: what follows the verb, without blanks around it; printable. Empty answer: it comes later.
  std::optional<mail::Reply> (*run)(Session& session, std::string_view argument);
};

const Verb* find_verb(std::string_view name);  // any case; nullptr: nobody's

namespace verbs {

using Answer = std::optional<mail::Reply>;

Answer helo(Session& session, std::string_view argument);
Answer ehlo(Session& session, std::string_view argument);
Answer lhlo(Session& session, std::string_view argument);
Answer mail(Session& session, std::string_view argument);
Answer rcpt(Session& session, std::string_view argument);
Answer data(Session& session, std::string_view argument);
Answer bdat(Session& session, std::string_view argument);
Answer rset(Session& session, std::string_view argument);
Answer noop(Session& session, std::string_view argument);
Answer vrfy(Session& session, std::string_view argument);
Answer quit(Session& session, std::string_view argument);
Answer xforward(Session& session, std::string_view argument);
Answer not_implemented(Session& session, std::string_view argument);

// Why no content can come now, for DATA and BDAT alike; empty: it can.
Answer refuse_content(const Session& session);

}  // namespace verbs
}  // namespace postern::smtp
