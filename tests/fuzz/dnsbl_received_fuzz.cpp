// SPDX-License-Identifier: MIT
// Any bytes as a Received field, and as the header of a mail: no crash, and whoever is found is somebody on the
// Internet.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "client.h"
#include "received.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace postern::dnsbl;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const bool has_literal = text.find_first_of(".:") != std::string_view::npos;
  if (read_received(text).kind == ReceivedField::Kind::from_client && !has_literal) std::abort();
  static const ClientRule rule{{Network::parse("10.0.0.0/8").value()}, false};
  const Client client = find_client(rule, "127.0.0.1", text);
  if (client.address ? !is_public(*client.address) || rule.is_ours(*client.address) : client.how.empty()) std::abort();
  return 0;
}
