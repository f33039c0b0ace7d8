// SPDX-License-Identifier: MIT
// HELO, EHLO (RFC 5321 4.1.1.1) and LHLO (RFC 2033 4.1): which protocol it is, and what we offer.
#include "smtp/session.h"
#include "smtp/verbs.h"

namespace postern::smtp::verbs {
namespace {

constexpr size_t name_limit = 255;  // RFC 5321 4.5.3.1.2

// Any word is a name here: Postfix has judged its client long ago. It goes into Received and the log, so it is ASCII.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= name_limit &&
         text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-./:=?@[]^_`{|}~") ==
             std::string_view::npos;
}

std::string extensions(const ServerSettings& settings) {
  std::string text = settings.hostname + "\nPIPELINING\nSIZE";
  if (settings.size_limit != 0) text += " " + std::to_string(settings.size_limit);
  text += "\n8BITMIME\nSMTPUTF8\nENHANCEDSTATUSCODES\nDSN\nCHUNKING\nVRFY";
  if (settings.xforward) text += "\nXFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE";
  return text;
}

mail::Reply hello(Session& session, std::string_view argument, mail::Protocol protocol) {
  if (!is_name(argument)) return {501, "5.5.4", "Your host name is expected"};
  session.reset();
  session.said_hello = true;
  session.helo = argument;
  session.protocol = protocol;
  // RFC 2034 4: these replies alone have no enhanced code.
  return {250, "", protocol == mail::Protocol::smtp ? session.settings.hostname : extensions(session.settings)};
}

}  // namespace

Answer helo(Session& session, std::string_view argument) {
  return hello(session, argument, mail::Protocol::smtp);
}
Answer ehlo(Session& session, std::string_view argument) {
  return hello(session, argument, mail::Protocol::esmtp);
}
Answer lhlo(Session& session, std::string_view argument) {
  return hello(session, argument, mail::Protocol::lmtp);
}

}  // namespace postern::smtp::verbs
