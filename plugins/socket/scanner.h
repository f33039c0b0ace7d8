// SPDX-License-Identifier: MIT
// The scanner: a daemon that is asked and answers in lines, one connection for each part. In: a part. Out: findings. What is not
// an answer that the dialogue knows fails the job (POSTERN_E_IO, _TIMEOUT, _UNAVAILABLE).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <postern/support/stream.h>
#include <postern/plugin.hpp>

#include "dialogue.h"
#include "presets.h"
#include "protocol.h"

namespace postern::socket {

class Scanner {
 public:
  static constexpr postern_option options[] = {
      option_enum("preset", "none", preset_names, "a daemon that is known here: each other option has its value then, unless it is given"),
      option("server", POSTERN_T_ENDPOINT, nullptr, "where the daemon listens; several in order of preference", POSTERN_OPT_LIST),
      option("query", POSTERN_T_STRING, nullptr, "what it is asked, with {path} or {directory}, or {bytes} and {size}"),
      option("greeting", POSTERN_T_STRING, nullptr, "a pattern for the line it begins with; none: it waits to be asked"),
      option("infected", POSTERN_T_STRING, nullptr, "a pattern for lines that name a virus: its group is the name"),
      option("clean", POSTERN_T_STRING, nullptr, "a pattern for lines that say: nothing was found"),
      option("encrypted", POSTERN_T_STRING, nullptr, "a pattern for lines that say: it could not be read without a secret"),
      option("incomplete", POSTERN_T_STRING, nullptr, "a pattern for lines that say: not examined to the end"),
      option("ignore", POSTERN_T_STRING, nullptr, "a pattern for lines without meaning"),
      option("last", POSTERN_T_STRING, nullptr, "a pattern for the line that ends an answer; none: the daemon closes the connection"),
      option("half-close", POSTERN_T_BOOL, "false", "the daemon is told that there is no further question"),
      option("directory", POSTERN_T_PATH, "/run/postern/parts", "where files for the daemon are put; its user must be in our group"),
      option("limit", POSTERN_T_SIZE, "100MiB", "a larger part counts as not examined", 1, int64_t{4} << 30)};
  static constexpr const char* needs[] = {"net:unix", "net:tcp", nullptr};
  static constexpr bool waits = true;

  explicit Scanner(const Config& config);
  static void validate(const Config& config);
  void scan(Job& job, const Part& part);
  Health health();

 private:
  support::ScanVerdict ask(const support::Endpoint& server, const Subject& subject, const support::Deadline& deadline) const;
  void wait_for_greeting(support::Stream& stream, const support::Deadline& deadline) const;

  std::vector<support::Endpoint> servers_;
  Dialogue dialogue_;
  std::string directory_;
  uint64_t limit_;
};

}  // namespace postern::socket
