// SPDX-License-Identifier: MIT
// Composes the mail that tells the postmaster of a blocked one (RFC 5322). Pure: facts in, text with CRLF out. Whatever
// a fact holds, the result has exactly our header fields: each value is cut, cleaned of control characters, and encoded
// where it is not ASCII.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::mail_notice {

struct Facts {  // raw, as in the mail; empty: unknown
  std::string category, time, quarantine, mail_id, queue_id, from, subject, message_id, size, client_address,
      client_name;
  std::vector<std::string> reasons, viruses, recipients;
};

struct Frame {
  std::string from;             // addr-spec
  std::vector<std::string> to;  // addr-specs
  std::string hostname;
  int64_t now = 0;     // Unix seconds
  std::string unique;  // [A-Za-z0-9.-]+, for the Message-ID
};

std::string compose(const Frame& frame, const Facts& facts);

// Is this an address that may stand in our header and in SMTP commands? ASCII, one line, no brackets or spaces.
bool is_plain_address(std::string_view address);

// One line of UTF-8: control characters, bidirectional overrides and bad bytes become visible, at most limit bytes.
std::string one_line(std::string_view raw, size_t limit);

// The value of an unstructured field, folded; RFC 2047 where it is not printable ASCII. name is the field's.
std::string unstructured_field(std::string_view name, std::string_view clean);

}  // namespace postern::mail_notice
