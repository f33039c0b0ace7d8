// SPDX-License-Identifier: MIT
// The scanner: the mail goes to Rspamd over HTTP with what the envelope knows, its score and symbols come back. Anything but an exact and
// complete answer in time fails the job (POSTERN_E_IO, _TIMEOUT, _UNAVAILABLE).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <postern/support/stream.h>
#include <postern/plugin.hpp>

#include "answer.h"

namespace postern::rspamd {

class Scanner {
 public:
  static constexpr postern_option options[] = {
      option("server", POSTERN_T_ENDPOINT, "127.0.0.1:11333", "Rspamd's normal worker or proxy; several in order of preference", POSTERN_OPT_LIST),
      option("controller", POSTERN_T_ENDPOINT, nullptr, "Rspamd's controller, which learns; none: nothing is taught"),
      option("password", POSTERN_T_STRING, nullptr, "the controller's enable_password", POSTERN_OPT_SECRET),
      option("settings-id", POSTERN_T_STRING, "", "which of Rspamd's settings apply"),
      option("size-limit", POSTERN_T_SIZE, "20MiB", "of a larger mail Rspamd sees the header and so much of the body", 1024, int64_t{1} << 30),
      option("malware", POSTERN_T_STRING, nullptr,
             "symbols that mean malware; their options are its names (CLAM_VIRUS and the other ones of Rspamd's antivirus module)", POSTERN_OPT_LIST)};
  static constexpr const char* needs[] = {"net:unix", "net:tcp", nullptr};
  static constexpr bool whole = true;
  static constexpr bool waits = true;
  static constexpr bool scores = true;

  explicit Scanner(const Config& config);
  void scan(Job& job, const Part& mail);
  void learn(Job& job, const Part& mail, Lesson lesson);
  Health health();

 private:
  void report(Job& job, const Verdict& verdict) const;

  std::vector<support::Endpoint> servers_, controller_;
  std::string password_, settings_;
  size_t size_limit_;
  std::vector<std::string> malware_;
};

}  // namespace postern::rspamd
