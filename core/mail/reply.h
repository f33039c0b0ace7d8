// SPDX-License-Identifier: MIT
// An SMTP reply: code (RFC 5321 4.2), enhanced status code (RFC 3463) and text. Data only; smtp/ writes and reads its lines.
#pragma once
#include <string>

namespace postern::mail {

struct Reply {
  int code = 451;                   // the reply nobody set: come again later
  std::string enhanced = "4.3.0";   // empty: none (before EHLO, or 3xx)
  std::string text = "Temporary failure, please try again later";  // lines separated by '\n'; printable ASCII or UTF-8

  bool is_success() const { return code >= 200 && code < 300; }
  bool is_temporary() const { return code >= 400 && code < 500; }
  bool is_permanent() const { return code >= 500; }
};

}  // namespace postern::mail
