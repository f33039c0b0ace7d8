// SPDX-License-Identifier: MIT
// The notifier: for an event "mail.blocked" a mail to the postmaster. In: the event's facts. Out: a mail at the server,
// or an Error; nothing is kept for a second try, as a notice is a courtesy.
#pragma once
#include <string>
#include <vector>

#include <postern/support/stream.h>
#include <postern/plugin.hpp>

namespace postern::mail_notice {

class Notifier {
 public:
  static constexpr postern_option options[] = {
      option("to", POSTERN_T_STRING, nullptr, "who is told; default: postmaster at the hostname", POSTERN_OPT_LIST),
      option("from", POSTERN_T_STRING, nullptr, "address in the From field; default: postmaster at the hostname"),
      option("server", POSTERN_T_ENDPOINT, "127.0.0.1:10025", "SMTP server behind the filter that takes the notice"),
      option("hostname", POSTERN_T_STRING, nullptr, "our name in HELO and Message-ID; default: the machine's")};
  static constexpr const char* accepts[] = {"mail.blocked", nullptr};
  static constexpr const char* needs[] = {"net:tcp", "net:unix", nullptr};

  explicit Notifier(const Config& config);
  void notify(Job& job);

 private:
  std::string hostname_, from_;
  std::vector<std::string> to_;
  support::Endpoint server_;
};

}  // namespace postern::mail_notice
