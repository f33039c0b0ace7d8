// SPDX-License-Identifier: MIT
#include "smtp/verbs.h"

#include <algorithm>

#include "smtp/characters.h"

namespace postern::smtp {
namespace {

constexpr Verb table[] = {
    {"MAIL", verbs::mail},
    {"RCPT", verbs::rcpt},
    {"DATA", verbs::data},
    {"BDAT", verbs::bdat},
    {"RSET", verbs::rset},
    {"QUIT", verbs::quit},
    {"EHLO", verbs::ehlo},
    {"LHLO", verbs::lhlo},
    {"HELO", verbs::helo},
    {"NOOP", verbs::noop},
    {"VRFY", verbs::vrfy},
    {"XFORWARD", verbs::xforward},
    // Known to RFC 5321 or once common, and none of a filter's business: 502, not 500.
    {"EXPN", verbs::not_implemented},
    {"HELP", verbs::not_implemented},
    {"ETRN", verbs::not_implemented},
    {"AUTH", verbs::not_implemented},
    {"STARTTLS", verbs::not_implemented},
};

}  // namespace

const Verb* find_verb(std::string_view name) {
  const auto* const row = std::find_if(std::begin(table), std::end(table),
                                       [&](const Verb& verb) { return equals_ignoring_case(verb.name, name); });
  return row == std::end(table) ? nullptr : row;
}

verbs::Answer verbs::not_implemented(Session&, std::string_view) {
  return mail::Reply{502, "5.5.1", "Command not implemented"};
}

}  // namespace postern::smtp
