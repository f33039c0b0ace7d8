// SPDX-License-Identifier: MIT
#include "client.h"

#include <algorithm>

#include <postern/support/header_fields.h>

#include "received.h"

namespace postern::dnsbl {
namespace {

constexpr size_t most_hops = 50;  // Postfix's hopcount_limit

Client none(std::string why) {
  return {std::nullopt, std::move(why)};
}

Client if_public(const Address& address, std::string how) {
  if (!is_public(address)) return none(address.text() + " is private or reserved (" + how + ")");
  return {address, std::move(how)};
}

Client walk(const ClientRule& rule, std::string_view mail) {
  support::HeaderReader header(mail);
  size_t hop = 0;
  while (const auto field = header.next()) {
    if (!field->is("Received")) continue;
    if (++hop > most_hops) return none("more than " + std::to_string(most_hops) + " Received fields of our own hosts");
    const ReceivedField received = read_received(field->value);
    const std::string which = "Received field " + std::to_string(hop);
    if (received.kind == ReceivedField::Kind::unreadable) return none(which + " has no form that can be trusted");
    if (received.kind == ReceivedField::Kind::from_here)
      return none("the mail began on a host of ours (" + which + ")");
    if (!rule.is_ours(received.address)) return if_public(received.address, "from " + which);
  }
  return none(hop == 0 ? "no Received field" : "every Received field names a host of ours");
}

}  // namespace

bool ClientRule::is_ours(const Address& address) const {
  return is_loopback(address) ||
         std::any_of(trusted.begin(), trusted.end(), [&](const Network& n) { return n.contains(address); });
}

Client find_client(const ClientRule& rule, std::string_view envelope_address, std::string_view mail) {
  if (!rule.from_received)
    if (const auto address = Address::parse(envelope_address); address && !rule.is_ours(*address))
      return if_public(*address, "as the envelope says");
  return walk(rule, mail);
}

}  // namespace postern::dnsbl
