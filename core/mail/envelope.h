// SPDX-License-Identifier: MIT
// The envelope of a mail (RFC 5321 2.3.1) with the parameters of MAIL and RCPT that must reach the next hop as they came.
// Plain data: smtp/ checks the grammar before it fills this.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace postern::mail {

enum class BodyType { unspecified, seven_bit, eight_bit_mime };  // RFC 6152; BINARYMIME is not offered

struct Recipient {
  std::string address;  // as between < and >, verbatim: "user@example.org", "\"a b\"@[192.0.2.1]", "postmaster"
  std::string notify;   // RFC 3461 4.1: "NEVER" or a list of SUCCESS, FAILURE, DELAY; empty: not given
  std::string orcpt;    // RFC 3461 4.2: "rfc822;user+40example.org", still xtext; empty: not given
};

struct Envelope {
  std::string sender;  // as between < and >; empty: the null reverse-path
  BodyType body = BodyType::unspecified;
  bool smtputf8 = false;                // RFC 6531
  std::string ret;                      // RFC 3461 4.3: "FULL" or "HDRS"; empty: not given
  std::string envid;                    // RFC 3461 4.4, still xtext; empty: not given
  std::optional<uint64_t> declared_size;  // RFC 1870
  std::vector<Recipient> recipients;
};

}  // namespace postern::mail
