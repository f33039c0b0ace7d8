// SPDX-License-Identifier: MIT
// Does the mail's header keep its standards? In: the mail's bytes with CRLF line ends, what decode found in it, and
// which checks are on. Out: the faults in the order of the header, at most a hundred; none for ordinary mail. One pass
// over the header, which ends at the empty line; nested mails are not looked at. What follows from a fault is the
// policy's business. Pure; never fails.
#pragma once
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mail/contents.h"

namespace postern::judge {

enum class HeaderCheck : uint32_t {
  other,      // the separator line of a mailbox file on top
  mime,       // the MIME structure is broken: what the decoder of mails says
  syntax,     // a line that is no field, a name that is none (RFC 5322, 2.2)
  empty,      // a line of nothing but blanks: body for some readers, header for others
  too_long,   // a line of more than 998 octets (RFC 5322, 2.1.1)
  control,    // NUL or bare CR
  eight_bit,  // octets that are neither ASCII nor UTF-8
  utf8,       // UTF-8 in a mail that did not come with SMTPUTF8 (RFC 6532); harmless and frequent
  missing,    // Date or From is not there (RFC 5322, 3.6)
  multiple,   // a field twice that may stand once
};
inline constexpr HeaderCheck all_header_checks[] = {
    HeaderCheck::other,   HeaderCheck::mime,      HeaderCheck::syntax, HeaderCheck::empty,   HeaderCheck::too_long,
    HeaderCheck::control, HeaderCheck::eight_bit, HeaderCheck::utf8,   HeaderCheck::missing, HeaderCheck::multiple};
const char* name(HeaderCheck check);  // as in amavisd's $allowed_header_tests: "8bit", "long"
int minor(HeaderCheck check);         // as in amavisd's BAD-HEADER-n: 1 to 8; 0 for other

class HeaderChecks {
 public:
  HeaderChecks() { on_.set().reset(static_cast<size_t>(HeaderCheck::utf8)); }
  bool has(HeaderCheck check) const { return on_.test(static_cast<size_t>(check)); }
  void set(HeaderCheck check, bool on) { on_.set(static_cast<size_t>(check), on); }
  bool any() const { return on_.any(); }
  bool operator==(const HeaderChecks&) const = default;

 private:
  std::bitset<std::size(all_header_checks)> on_;
};

struct HeaderFault {
  HeaderCheck check = HeaderCheck::other;
  std::string field;  // its name as written, hostile bytes; empty: none
  std::string text;   // for people, printable: "duplicate header field: Subject"
  size_t offset = 0;  // in the mail: the offending byte, or where the field begins
};
inline constexpr size_t max_header_faults = 100;

// is_smtputf8: the sender asked for it, so that UTF-8 is what the header may hold.
std::vector<HeaderFault> check_header(std::string_view mail, const mail::Contents& contents, const HeaderChecks& on,
                                      bool is_smtputf8);

}  // namespace postern::judge
