// SPDX-License-Identifier: MIT
#include "deliver/courier.h"

namespace postern::deliver {

// next-hop = ( "smtp" / "lmtp" ) ":" ( "unix:" path / host ":" port / "[" address "]" ":" port )
std::optional<NextHop> NextHop::parse(std::string_view text) {
  NextHop hop;
  if (text.starts_with("lmtp:"))
    hop.protocol = Protocol::lmtp;
  else if (!text.starts_with("smtp:"))
    return std::nullopt;
  const std::optional<support::Endpoint> endpoint = support::Endpoint::parse(text.substr(5));
  if (!endpoint) return std::nullopt;
  hop.endpoint = *endpoint;
  return hop;
}

std::string NextHop::text() const {
  return (protocol == Protocol::lmtp ? "lmtp:" : "smtp:") + endpoint.text();
}

}  // namespace postern::deliver
