// SPDX-License-Identifier: MIT
// The mails with which an administrator tries a filter: each harmless, each bound to be noticed. In: who writes to
// whom, and when. Out: a mail with CRLF line ends, built when it is asked for. The test patterns of virus scanners and
// spam filters stand in pieces in the program, so that no scanner takes it for what it tests.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace postern::cli {

struct Letterhead {
  std::string sender, recipient;  // addresses: no line end in them
  std::string date;               // RFC 5322, 3.3
  std::string id;                 // the left half of the Message-ID
};

struct TestMail {
  const char* name;      // "virus-in-zip"
  const char* what;      // one line
  const char* expected;  // what a well set up filter does
  bool may_be_refused;   // by its content; otherwise it must be taken
  bool needs_smtputf8;   // RFC 6531
  std::string (*make)(const TestMail& self, const Letterhead& head);

  std::string text(const Letterhead& head) const { return make(*this, head); }
};

std::span<const TestMail> test_mails();
const TestMail* find_test_mail(std::string_view name);  // null: there is none

std::string eicar();  // the 68 bytes every virus scanner reports (eicar.org)
std::string gtube();  // the 68 bytes every spam filter reports (spamassassin.apache.org/gtube)

}  // namespace postern::cli
