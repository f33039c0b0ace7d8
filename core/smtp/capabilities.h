// SPDX-License-Identifier: MIT
// What a server offers in its answer to EHLO or LHLO (RFC 5321 4.1.1.1). In: the text of that reply, lines separated by
// '\n', greeting first. Out: the extensions a filter has a use for; all others, and what is malformed, count as not
// offered.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::smtp {

struct Capabilities {
  bool pipelining = false;            // RFC 2920
  bool eight_bit_mime = false;        // RFC 6152
  bool smtputf8 = false;              // RFC 6531
  bool dsn = false;                   // RFC 3461
  bool size = false;                  // RFC 1870
  uint64_t size_limit = 0;            // octets; 0: none known
  std::vector<std::string> xforward;  // attributes offered, upper case: "NAME", "ADDR" …
};

Capabilities capabilities(std::string_view hello_text);

}  // namespace postern::smtp
