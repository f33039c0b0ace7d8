// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <postern/support/servers.h>

#include "threats.h"

namespace postern::icap {
namespace {

using std::chrono::milliseconds;
using support::Deadline;
using support::StreamError;

constexpr unsigned ok = 200, created = 201, unmodified = 204, unavailable = 503;

std::string host_of(const support::Endpoint& endpoint) { return endpoint.is_unix() ? "localhost" : endpoint.text(); }

bool is_path(std::string_view text) {
  return !text.empty() && text.front() != '/' && text.size() < 200 && text.find_first_of(" \t\r\n") == std::string_view::npos;
}

// Anything but an answer about the part.
void refuse_failures(const Answer& answer, const std::string& server) {
  if (answer.status == ok || answer.status == created || answer.status == unmodified) return;
  const std::string why = server + " answers with status " + std::to_string(answer.status);
  if (answer.status == unavailable) throw support::StreamUnavailable(why);
  throw StreamError(why);
}

bool is_unmodified(const Answer& answer) {
  if (answer.status == unmodified) return true;
  // The message came back: HTTP's own head may have a field more, what is in it must be the same.
  return answer.is_same_body && (!answer.has_http_response || answer.http_status == ok);
}

}  // namespace

Scanner::Scanner(const Config& config)
    : method_(config.number("method") == 1 ? Method::reqmod : Method::respmod),
      wants_preview_(config.flag("preview")),
      limit_(static_cast<uint64_t>(config.number("limit"))) {
  const std::string service = config.text("service");
  if (!is_path(service)) config.reject("service", "the name of a service, such as avscan, without the address in front of it");
  for (const support::Endpoint& endpoint : support::endpoints_of(config, "server")) servers_.push_back({endpoint, {host_of(endpoint), service}});
}

void Scanner::scan(Job& job, const Part& part) {
  const std::string_view body = part.text();
  if (body.empty()) return;
  if (body.size() > limit_) {
    job.finding(POSTERN_CAT_LIMIT, "icap-size-limit", part.handle(), "larger than is given to the server");
    return job.partial();
  }
  const Deadline deadline = Deadline::in(job.time_left() * 19 / 20);
  support::ask_in_order(servers_, deadline, [&](Server& server) {
    try {
      report(job, part, server, ask(server, body, deadline));
    } catch (const StreamError&) {
      server.connection.reset();
      throw;
    }
  });
}

// On the connection that is open; a server may close an idle one at the very moment we use it, so it gets a second chance on a new one.
Connection::Exchange Scanner::ask(Server& server, std::string_view body, const Deadline& deadline) {
  if (server.connection && server.connection->is_usable()) {
    try {
      return server.connection->scan(server.service, method_, body, server.preview, deadline);
    } catch (const support::StreamTimeout&) {
      throw;
    } catch (const StreamError&) {
      server.connection.reset();
    }
  }
  server.connection.emplace(server.endpoint, deadline);
  if (wants_preview_) {
    server.preview = abilities_of(ask_options(*server.connection, server, deadline)).preview;
    if (!server.connection->is_usable()) server.connection.emplace(server.endpoint, deadline);
  }
  return server.connection->scan(server.service, method_, body, server.preview, deadline);
}

Answer Scanner::ask_options(Connection& connection, const Server& server, const Deadline& deadline) const {
  const Answer answer = connection.options(server.service, deadline);
  if (answer.status != ok) throw StreamError(server.endpoint.text() + " has no service " + server.service.path + ": status " + std::to_string(answer.status));
  const Abilities can = abilities_of(answer);
  if (can.methods_known && !(method_ == Method::respmod ? can.respmod : can.reqmod))
    throw StreamError(server.endpoint.text() + " does not take this method for " + server.service.path + ", see the option method");
  return answer;
}

void Scanner::report(Job& job, const Part& part, const Server& server, const Connection::Exchange& exchange) const {
  const Answer& answer = exchange.answer;
  const Threats threats = threats_in(answer);
  for (const std::string& name : threats.names) job.malware(name, part);
  if (threats.is_container) {
    job.finding(POSTERN_CAT_UNSUPPORTED, "icap-not-examined", part.handle(), "the server could not look into it");
    job.partial();
  }
  if (!threats.empty()) return;
  const std::string name = server.endpoint.text();
  refuse_failures(answer, name);
  if (!exchange.saw_all) throw StreamError(name + " answers before it has seen everything");
  if (!is_unmodified(answer)) job.malware("unnamed", part);  // another page in its place, as for a user of the web
}

Health Scanner::health() {
  const Deadline deadline = Deadline::in(milliseconds(900));
  Health health;
  health.state = POSTERN_DOWN;
  for (const Server& server : servers_) {
    try {
      Connection connection(server.endpoint, deadline);
      const Abilities can = abilities_of(ask_options(connection, server, deadline));
      health.state = POSTERN_UP;
      health.engine = can.service.empty() ? "ICAP server" : can.service;
      health.db_version = can.tag;
      health.message.clear();
      return health;
    } catch (const StreamError& e) {
      health.message += (health.message.empty() ? "" : "; ") + std::string(e.what());
    }
  }
  return health;
}

}  // namespace postern::icap
