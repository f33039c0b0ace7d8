// SPDX-License-Identifier: MIT
// The scanner: the mail goes to spamd, its score and tests come back, for everybody or for each recipient's own preferences. Anything
// but spamd's exact and complete answer fails the job (POSTERN_E_IO, _TIMEOUT, _UNAVAILABLE).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <postern/support/stream.h>
#include <postern/plugin.hpp>

#include "protocol.h"

namespace postern::spamassassin {

class Scanner {
 public:
  static constexpr postern_option options[] = {
      option("server", POSTERN_T_ENDPOINT, nullptr, "spamd's socket; several in order of preference; none: one is run for you", POSTERN_OPT_LIST),
      option("user", POSTERN_T_STRING, "", "whose preferences: a name, \"recipient\" for each recipient's own, or empty"),
      option("size-limit", POSTERN_T_SIZE, "512KiB", "of a larger mail spamd sees the header and so much of the body", 1024, int64_t{1} << 30),
      option("compress", POSTERN_T_BOOL, "false", "mails travel compressed (zlib): for a spamd behind a slow line"),
      option("network-tests", POSTERN_T_BOOL, "false", "a spamd that is run for you may ask DNS and other networks"),
      option("children", POSTERN_T_INT, "5", "mails that a spamd which is run for you examines at the same time", 1, 1000)};
  static constexpr const char* needs[] = {"net:unix", "net:tcp", nullptr};
  static constexpr bool whole = true;
  static constexpr bool waits = true;
  static constexpr bool scores = true;

  explicit Scanner(const Config& config);
  void scan(Job& job, const Part& mail);
  void learn(Job& job, const Part& mail, Lesson lesson);
  Health health();
  static std::optional<Engine> engine(const Config& config, std::string_view directory);

 private:
  // is_last: nobody is asked after it.
  std::string ask(std::string_view command, std::vector<std::string> fields, std::vector<std::string_view> content, const support::Deadline& deadline,
                  bool is_last = true);
  void report(Job& job, const Verdict& verdict, uint32_t recipient) const;

  std::vector<support::Endpoint> servers_;
  std::string user_;
  size_t size_limit_;
  bool compresses_;
};

}  // namespace postern::spamassassin
