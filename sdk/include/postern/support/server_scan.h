// SPDX-License-Identifier: MIT
// Scanners that ask a server about a part and read its verdict from a stream: who is asked, what is believed, and how the host is told.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include <postern/support/scan_verdict.h>
#include <postern/support/servers.h>

namespace postern::support {

// A name counts whatever else is wrong. Without one the server must have been sent all of the part, and must have come to an end with
// it. Errors: StreamError, for the next server.
inline ScanVerdict believed(ScanVerdict verdict, bool saw_all, const Stream& stream) {
  if (!verdict.names.empty()) return verdict;
  if (!saw_all) throw StreamError(stream.peer() + " answers before it has seen everything");
  if (verdict.outcome == Outcome::failed) throw StreamError(stream.peer() + ": " + verdict.why);
  return verdict;
}

// Asks the servers in their order and tells the host the verdict of the first that answers: ask(endpoint). Errors: those of
// ask_in_order() and report().
template <class Ask>
void scan_in_order(Job& job, const Part& part, const std::vector<Endpoint>& servers, const Deadline& deadline, Ask&& ask) {
  const auto [verdict, name] = ask_in_order(servers, deadline, [&](const Endpoint& server) { return std::pair(ask(server), server.text()); });
  report(job, part, verdict, name);
}

}  // namespace postern::support
