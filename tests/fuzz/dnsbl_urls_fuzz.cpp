// SPDX-License-Identifier: MIT
// Any bytes as a text and as a page: each host that comes out is an address, or a name that DNS can be asked about.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <variant>

#include "host_name.h"
#include "urls.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace postern::dnsbl;
  static const RegisteredDomains domains;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t seen = 0;
  const AuthoritySink sink = [&](std::string_view authority) {
    seen += authority.size();
    const auto host = read_host(authority);
    const auto* name = host ? std::get_if<std::string>(&*host) : nullptr;
    if (!name) return true;
    if (name->empty() || name->size() > 253 ||
        name->find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") != std::string::npos)
      std::abort();
    if (const auto domain = domains.of(*name); domain && !name->ends_with(*domain)) std::abort();
    return true;
  };
  urls_of_text(text, sink);
  urls_of_page(text, sink);
  (void)read_host(text);
  if (seen > 8 * size) std::abort();
  return 0;
}
