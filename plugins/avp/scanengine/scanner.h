// SPDX-License-Identifier: MIT
// The scanner: each part goes to Kaspersky Scan Engine over HTTP, a connection for each, and its results come back. In:
// a part. Out: findings. Anything but an exact and complete answer to all of the part, in time, fails the job
// (POSTERN_E_IO, _TIMEOUT, _UNAVAILABLE); what was found is told all the same.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <postern/support/stream.h>
#include <postern/plugin.hpp>

#include "protocol.h"

namespace postern::scanengine {

class Scanner {
 public:
  static constexpr postern_option options[] = {
      option("server", POSTERN_T_ENDPOINT, "127.0.0.1:9999", "where kavhttpd listens; several in order of preference",
             POSTERN_OPT_LIST),
      option("limit", POSTERN_T_SIZE, "70MiB", "a larger part counts as not examined", 1, int64_t{4} << 30)};
  static constexpr const char* needs[] = {"net:unix", "net:tcp", nullptr};
  static constexpr bool waits = true;

  explicit Scanner(const Config& config);
  void scan(Job& job, const Part& part);
  Health health();

 private:
  void report(Job& job, const Part& part, const Answer& answer) const;

  std::vector<support::Endpoint> servers_;
  uint64_t limit_;
};

}  // namespace postern::scanengine
