// SPDX-License-Identifier: MIT
// The scanner: the whole mail and every decoded part go to clamd in one session, which stays open for the next mail.
// In: the mail's part. Out: findings. Every piece gets clamd's exact answer, or the job fails (POSTERN_E_IO, _TIMEOUT,
// _UNAVAILABLE), also when another piece was found infected: then both are told.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postern/support/stream.h>
#include <postern/plugin.hpp>

#include "session.h"

namespace postern::clamav {

class Scanner {
 public:
  static constexpr postern_option options[] = {
      option("server", POSTERN_T_ENDPOINT, nullptr,
             "clamd's socket; several in order of preference; none: one is run for you", POSTERN_OPT_LIST),
      option("limit", POSTERN_T_SIZE, nullptr,
             "clamd's MaxFileSize: a larger part counts as not examined (25MiB as in Debian; 300MiB for our own clamd)",
             1, int64_t{4} << 30),
      option_enum("opened-archives", "skip", "skip|scan",
                  "an archive whose members are all examined: is it examined once more by itself?"),
      option("database", POSTERN_T_PATH, "/var/lib/clamav", "directory of signatures for a clamd that is run for you")};
  static constexpr const char* needs[] = {"net:unix", "net:tcp", nullptr};
  static constexpr bool whole = true;
  static constexpr bool waits = true;

  explicit Scanner(const Config& config);
  void scan(Job& job, const Part& mail);
  Health health();
  static std::optional<Engine> engine(const Config& config, std::string_view directory);

 private:
  using Clock = std::chrono::steady_clock;
  struct Server {
    support::Endpoint endpoint;
    uint64_t limit = 0;
    Clock::time_point rests_until{};  // after a failure it is asked last
  };

  // Health tells the signatures of the first server that answers; a verdict of another one must not be kept under them.
  bool remembers() const { return servers_.size() == 1; }
  std::vector<Server*> by_preference();
  std::optional<Error> examine(Job& job, std::vector<Piece>& pieces);
  std::optional<Error> examine_at(Server& server, Job& job, std::vector<Piece>& pieces,
                                  const support::Deadline& deadline);

  bool scans_opened_archives_;
  std::vector<Server> servers_;
  std::unique_ptr<Session> session_;  // opened by the first job, so after the fork
  const Server* session_server_ = nullptr;
};

}  // namespace postern::clamav
