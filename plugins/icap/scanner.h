// SPDX-License-Identifier: MIT
// The scanner: each part goes to an ICAP server as the body of an HTTP message; unmodified is clean, a named threat or another body is
// infected. Anything but an exact, complete answer to all of the part fails the job (POSTERN_E_IO, _TIMEOUT, _UNAVAILABLE).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <postern/support/stream.h>
#include <postern/plugin.hpp>

#include "connection.h"
#include "message.h"

namespace postern::icap {

class Scanner {
 public:
  static constexpr postern_option options[] = {
      option("server", POSTERN_T_ENDPOINT, "127.0.0.1:1344", "the ICAP server; several in order of preference", POSTERN_OPT_LIST),
      option("service", POSTERN_T_STRING, "avscan", "the service's name, what stands behind the host in its icap:// address"),
      option_enum("method", "respmod", "respmod|reqmod", "is a part given as what an HTTP server answers, or as what is sent to one?"),
      option("preview", POSTERN_T_BOOL, "false", "the server may decide by the beginning of a part, as long as it wants to in OPTIONS"),
      option("limit", POSTERN_T_SIZE, "100MiB", "a larger part counts as not examined", 1, int64_t{4} << 30)};
  static constexpr const char* needs[] = {"net:unix", "net:tcp", nullptr};
  static constexpr bool waits = true;

  explicit Scanner(const Config& config);
  void scan(Job& job, const Part& part);
  Health health();

 private:
  struct Server {
    support::Endpoint endpoint;
    Service service;
    std::optional<Connection> connection = {};  // opened by the first job, so after the fork
    int64_t preview = -1;
  };
  Connection::Exchange ask(Server& server, std::string_view body, const support::Deadline& deadline);
  Answer ask_options(Connection& connection, const Server& server, const support::Deadline& deadline) const;
  void report(Job& job, const Part& part, const Server& server, const Connection::Exchange& exchange) const;

  std::vector<Server> servers_;
  Method method_;
  bool wants_preview_;
  uint64_t limit_;
};

}  // namespace postern::icap
