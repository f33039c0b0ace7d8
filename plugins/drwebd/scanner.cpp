// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <chrono>
#include <string>

#include <postern/support/server_scan.h>

namespace postern::drwebd {
namespace {

using support::Deadline;
using support::Endpoint;
using support::ScanVerdict;
using support::Stream;
using support::StreamError;

}  // namespace

Scanner::Scanner(const Config& config)
    : servers_(support::endpoints_of(config, "server")), heuristics_(config.flag("heuristics")),
      limit_(static_cast<uint64_t>(config.number("limit"))) {}

void Scanner::scan(Job& job, const Part& part) {
  const std::string_view bytes = part.text();
  if (bytes.empty()) return;
  if (bytes.size() > limit_) {
    job.finding(POSTERN_CAT_LIMIT, "drwebd-size-limit", part.handle(), "larger than is given to the daemon");
    return job.partial();
  }
  const Deadline deadline = Deadline::in(job.time_left() * 19 / 20);
  const bool is_mail = part.detected() == "message/rfc822";
  support::scan_in_order(job, part, servers_, deadline, [&](const Endpoint& server) { return ask(server, bytes, is_mail, deadline); });
}

// Of an answer that comes before all was sent only a virus is believed.
ScanVerdict Scanner::ask(const Endpoint& server, std::string_view bytes, bool is_mail, const Deadline& deadline) const {
  Stream stream = Stream::connect(server, deadline);
  AnswerReader answer;
  const std::string head = scan_head(bytes.size(), is_mail, heuristics_);
  try {
    bool is_complete = false;
    const bool saw_all = stream.write_all({head, bytes}, deadline, [&](std::string_view heard) { return !(is_complete = answer.put(heard)); });
    stream.expect_the_last();
    while (!is_complete) {
      char chunk[4096];
      const size_t n = stream.read(chunk, sizeof chunk, deadline);
      if (n == 0) throw StreamError(stream.peer() + " closed the connection before the end of its answer");
      is_complete = answer.put({chunk, n});
    }
    return support::believed(answer.verdict(), saw_all, stream);
  } catch (const BadAnswer& e) {
    throw StreamError(stream.peer() + " does not answer as Dr.Web's daemon does: " + e.what());
  }
}

Health Scanner::health() {
  Health health;
  health.state = POSTERN_DOWN;
  try {
    const Deadline deadline = Deadline::in(std::chrono::milliseconds(900));
    support::ask_in_order(servers_, deadline, [&](const Endpoint& server) {
      Stream stream = Stream::connect(server, deadline);
      stream.write(version_request(), deadline);
      char version[4];
      for (size_t n = 0; n < sizeof version;) {
        const size_t read = stream.read(version + n, sizeof version - n, deadline);
        if (read == 0) throw StreamError(stream.peer() + " does not tell its version");
        n += read;
      }
    });
    health.state = POSTERN_UP;
    health.engine = "Dr.Web";
  } catch (const Error& e) {
    health.message = e.what();
  }
  return health;
}

}  // namespace postern::drwebd
