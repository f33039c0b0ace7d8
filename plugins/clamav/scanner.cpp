// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine.h"
#include "pieces.h"

namespace postern::clamav {
namespace {

using std::chrono::milliseconds;
using support::Deadline;

constexpr milliseconds patience_with_one_of_many{3000};  // to connect, while there are others to ask
constexpr std::chrono::seconds rest_after_failure{30};

// What a server was not given or did not finish; the next one may.
void forget_failures(std::vector<Piece>& pieces) {
  for (Piece& p : pieces)
    if (p.verdict && *p.verdict != Verdict::clean && *p.verdict != Verdict::found) p.verdict.reset();
}

std::ptrdiff_t answered(const std::vector<Piece>& pieces) {
  return std::count_if(pieces.begin(), pieces.end(), [](const Piece& p) { return p.verdict.has_value(); });
}

}  // namespace

Scanner::Scanner(const Config& config) : scans_opened_archives_(config.number("opened-archives") == 1) {
  const auto servers = config.list("server");
  for (uint32_t n = 0; n < servers.size(); ++n) {
    const auto endpoint = support::Endpoint::parse(servers[n]);
    if (!endpoint) {
      config.reject("server", "neither unix:/path nor host:port", n);
      continue;
    }
    const uint64_t usual = endpoint->is_unix() && is_managed(endpoint->path) ? managed_limit : usual_limit;
    servers_.push_back({*endpoint, config.has("limit") ? static_cast<uint64_t>(config.number("limit")) : usual});
  }
  if (servers.empty()) config.reject("server", "no clamd is given and none is run");
}

std::optional<Engine> Scanner::engine(const Config& config, std::string_view directory) {
  return managed_engine(config, directory);
}

void Scanner::scan(Job& job, const Part& mail) {
  std::vector<Piece> pieces = pieces_of(job, mail, scans_opened_archives_, !remembers());
  const std::optional<Error> failure = examine(job, pieces);
  report(job, pieces, remembers());
  if (failure) throw *failure;
}

std::optional<Error> Scanner::examine(Job& job, std::vector<Piece>& pieces) {
  // A little is kept back to tell the host what happened; past its deadline it kills us.
  const Deadline deadline = Deadline::in(job.time_left() * 19 / 20);
  std::optional<Error> failure;
  for (Server* server : by_preference()) {
    if (deadline.passed()) return failure ? failure : Error(POSTERN_E_TIMEOUT, "no time left to ask clamd");
    forget_failures(pieces);
    failure = examine_at(*server, job, pieces, deadline);
    if (!failure) break;
    server->rests_until = Clock::now() + rest_after_failure;
  }
  return failure;
}

std::vector<Scanner::Server*> Scanner::by_preference() {
  std::vector<Server*> order;
  for (Server& s : servers_) order.push_back(&s);
  const auto now = Clock::now();
  std::stable_partition(order.begin(), order.end(), [now](const Server* s) { return s->rests_until <= now; });
  return order;
}

std::optional<Error> Scanner::examine_at(Server& server, Job& job, std::vector<Piece>& pieces,
                                         const Deadline& deadline) {
  for (Piece& p : pieces) {
    if (p.verdict) continue;
    if (p.bytes.size() > server.limit) {
      p.verdict = Verdict::size_limit;
    } else if (server.endpoint.is_unix() && p.fd < 0) {
      // clamd reads a descriptor in place; of a stream it makes a file first.
      try {
        p.fd = job.part(p.part).fd();
      } catch (const Error& e) {
        if (e.code() != POSTERN_E_DENIED) return e;
      }
    } else if (!server.endpoint.is_unix()) {
      p.fd = -1;
    }
  }
  for (;;) {
    const bool is_reused = session_ && session_server_ == &server && session_->is_usable();
    const auto before = answered(pieces);
    try {
      if (!is_reused) {
        session_.reset();
        session_ = std::make_unique<Session>(
            server.endpoint, servers_.size() > 1 ? deadline.at_most(patience_with_one_of_many) : deadline);
        session_server_ = &server;
      }
      if (!session_->examine(pieces, deadline)) {
        session_.reset();
        continue;
      }
      break;
    } catch (const support::StreamTimeout& e) {
      session_.reset();
      return Error(POSTERN_E_TIMEOUT, e.what());
    } catch (const support::StreamUnavailable& e) {
      session_.reset();
      return Error(POSTERN_E_UNAVAILABLE, e.what());
    } catch (const support::StreamError& e) {
      session_.reset();
      // clamd may close an idle session at the very moment we use it again.
      if (is_reused && answered(pieces) == before) continue;
      return Error(POSTERN_E_IO, e.what());
    }
  }
  for (const Piece& p : pieces)
    if (p.verdict == Verdict::error) return Error(POSTERN_E_IO, server.endpoint.text() + " says: " + p.text);
  return std::nullopt;
}

Health Scanner::health() {
  const Deadline deadline = Deadline::in(milliseconds(900));
  Health health;
  for (size_t n = 0; n < servers_.size(); ++n) {
    try {
      const milliseconds share = deadline.left() / static_cast<long>(servers_.size() - n);
      const Deadline mine = deadline.at_most(share);
      auto stream = support::Stream::connect(servers_[n].endpoint, mine);
      stream.write(std::string(begin_session).append(ping).append(version), mine);
      const auto pong = parse_answer(stream.read_until('\0', longest_reply, mine), 1);
      const auto text = parse_answer(stream.read_until('\0', longest_reply, mine), 2);
      const auto told = text ? parse_version(*text) : std::nullopt;
      if (pong != "PONG" || !told) throw support::StreamError(stream.peer() + " does not answer as clamd does");
      stream.write(end_session, mine);
      health.engine = told->engine;
      health.db_version = told->database;
      health.db_time = told->time;
      if (told->database.empty())
        health.message += std::string(health.message.empty() ? "" : "; ") + "clamd has no official virus database";
      health.state = health.message.empty() ? POSTERN_UP : POSTERN_DEGRADED;
      return health;
    } catch (const support::StreamError& e) {
      health.message += (health.message.empty() ? "" : "; ") + std::string(e.what());
    }
  }
  health.state = POSTERN_DOWN;
  return health;
}

}  // namespace postern::clamav
