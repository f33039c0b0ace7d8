// SPDX-License-Identifier: MIT
// Which address brought the mail to us from outside: what the envelope says, or, where that is a host of ours, what our
// hosts' Received fields say, read from the top until one names a stranger. Nobody else's field is read: anybody can
// write one. Values in, value out.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "address.h"

namespace postern::dnsbl {

struct ClientRule {
  std::vector<Network> trusted;  // beside loopback
  bool from_received = false;    // the envelope's address is not to be used
  bool is_ours(const Address& address) const;
};

struct Client {
  std::optional<Address> address;  // nullopt: there is none to be asked about
  std::string how;                 // "as the envelope says", "from Received field 2", or why there is none
};

Client find_client(const ClientRule& rule, std::string_view envelope_address, std::string_view mail);

}  // namespace postern::dnsbl
