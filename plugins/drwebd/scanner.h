// SPDX-License-Identifier: MIT
// The scanner: each part goes to Dr.Web's daemon over a connection of its own. In: a part. Out: findings. Anything but an exact,
// complete answer fails the job (POSTERN_E_IO, _TIMEOUT, _UNAVAILABLE).
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include <postern/support/deadline.h>
#include <postern/support/stream.h>
#include <postern/plugin.hpp>

#include "protocol.h"

namespace postern::drwebd {

class Scanner {
 public:
  static constexpr postern_option options[] = {
      option("server", POSTERN_T_ENDPOINT, "unix:/var/drweb/run/drwebd.sock", "the daemon; several in order of preference", POSTERN_OPT_LIST),
      option("heuristics", POSTERN_T_BOOL, "true", "the daemon also looks for what only resembles a virus"),
      option("limit", POSTERN_T_SIZE, "100MiB", "a larger part counts as not examined", 1, (int64_t{2} << 30) - 1)};
  static constexpr const char* needs[] = {"net:unix", "net:tcp", nullptr};
  static constexpr bool waits = true;

  explicit Scanner(const Config& config);
  void scan(Job& job, const Part& part);
  Health health();

 private:
  support::ScanVerdict ask(const support::Endpoint& server, std::string_view bytes, bool is_mail, const support::Deadline& deadline) const;

  std::vector<support::Endpoint> servers_;
  bool heuristics_;
  uint64_t limit_;
};

}  // namespace postern::drwebd
