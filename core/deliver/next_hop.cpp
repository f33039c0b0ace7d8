// SPDX-License-Identifier: MIT
#include "deliver/courier.h"

namespace postern::deliver {

std::optional<NextHop> NextHop::parse(std::string_view text) {
  NextHop hop;
  if (text.starts_with("lmtp:")) {
    hop.protocol = Protocol::lmtp;
  } else if (!text.starts_with("smtp:")) {
    return std::nullopt;
  }
  const auto endpoint = support::Endpoint::parse(text.substr(5));
  if (!endpoint) return std::nullopt;
  hop.endpoint = *endpoint;
  return hop;
}

std::string NextHop::text() const {
  const std::string place = endpoint.is_unix() ? endpoint.text() : "[" + endpoint.host + "]:" + endpoint.port;
  return (protocol == Protocol::lmtp ? "lmtp:" : "smtp:") + place;
}

}  // namespace postern::deliver
