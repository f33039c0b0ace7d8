// SPDX-License-Identifier: MIT
// The scanner: SAVAPI opens a file for each part, in a session of its own. In: a part. Out: findings. Anything but the replies that
// the protocol knows fails the job (POSTERN_E_IO, _TIMEOUT, _UNAVAILABLE).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <postern/support/deadline.h>
#include <postern/support/stream.h>
#include <postern/plugin.hpp>

#include "protocol.h"

namespace postern::savapi {

class Scanner {
 public:
  static constexpr postern_option options[] = {
      option("server", POSTERN_T_ENDPOINT, "unix:/var/run/savapi/savapi.sock", "the daemon; several in order of preference", POSTERN_OPT_LIST),
      option("product", POSTERN_T_INT, nullptr, "the product's number, which the licence is for", POSTERN_OPT_REQUIRED),
      option("set", POSTERN_T_STRING, nullptr, "further settings, such as \"ARCHIVE_SCAN 1\"", POSTERN_OPT_LIST),
      option("directory", POSTERN_T_PATH, "/run/postern/parts", "where files for the daemon are put; its user must be in our group"),
      option("limit", POSTERN_T_SIZE, "100MiB", "a larger part counts as not examined", 1, int64_t{4} << 30)};
  static constexpr const char* needs[] = {"net:unix", "net:tcp", nullptr};
  static constexpr bool waits = true;

  explicit Scanner(const Config& config);
  static void validate(const Config& config);
  void scan(Job& job, const Part& part);
  Health health();

 private:
  support::Stream begin(const support::Endpoint& server, const support::Deadline& deadline, std::string* version = nullptr) const;
  support::ScanVerdict ask(const support::Endpoint& server, const std::string& path, const support::Deadline& deadline) const;

  std::vector<support::Endpoint> servers_;
  std::vector<std::string> settings_;  // "PRODUCT 1", "ARCHIVE_SCAN 1"
  std::string directory_;
  uint64_t limit_;
};

}  // namespace postern::savapi
