// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <algorithm>
#include <chrono>

#include <postern/support/http.h>
#include <postern/support/servers.h>

#include "base64.h"

namespace postern::scanengine {
namespace {

using std::chrono::milliseconds;
using support::Deadline;
using support::Endpoint;
using support::HttpResponse;
using support::HttpResponseReader;
using support::Stream;
using support::StreamError;

constexpr unsigned ok = 200, request_timeout = 408, unavailable = 503;
constexpr size_t one_piece = 768 << 10;  // a multiple of three

struct Exchange {
  HttpResponse response;
  bool saw_all = false;  // the whole request was sent before the answer ended
};

// Sends a request and receives the answer, which may begin, and even end, before all was sent. body: sent in Base64
// between the head and the end.
Exchange trade(Stream& stream, std::string_view head, std::string_view body, std::string_view end,
               const Deadline& deadline) {
  HttpResponseReader reader(longest_answer);
  bool is_complete = false;
  const auto hear = [&](std::string_view heard) { return !(is_complete = reader.put(heard)); };
  const auto send = [&](std::string_view bytes) { return stream.write_all({bytes}, deadline, hear); };
  try {
    bool saw_all = send(head);
    for (; saw_all && !body.empty(); body.remove_prefix(std::min(body.size(), one_piece)))
      saw_all = send(base64(body.substr(0, one_piece)));
    saw_all = saw_all && send(end);
    stream.expect_the_last();
    while (!is_complete) {
      char bytes[16384];
      const size_t n = stream.read(bytes, sizeof bytes, deadline);
      if (n == 0) reader.end();
      is_complete = n == 0 || reader.put({bytes, n});
    }
    return {reader.take(), saw_all};
  } catch (const support::BadHttpResponse& e) {
    throw StreamError(stream.peer() + " does not answer as Kaspersky Scan Engine does: " + e.what());
  }
}

[[noreturn]] void fail(unsigned status, const std::string& why) {
  if (status == request_timeout) throw support::StreamTimeout(why);
  if (status == unavailable) throw support::StreamUnavailable(why);
  throw StreamError(why);
}

Answer ask(const Endpoint& server, std::string_view body, std::string_view sender, const Deadline& deadline) {
  auto stream = Stream::connect(server, deadline);
  // A little less than there is: so it is the server that gives up, and says so.
  const std::string begin = scan_body_begin(deadline.left() * 9 / 10, sender);
  const uint64_t length = begin.size() + base64_size(body.size()) + scan_body_end.size();
  const support::HttpFields fields{{"Content-Type", "application/octet-stream"}};
  const std::string head = support::http_request_head("POST", scan_target, fields, length) + begin;
  const Exchange exchange = trade(stream, head, body, scan_body_end, deadline);
  const unsigned status = exchange.response.status;
  Answer answer = parse_scan(exchange.response.body);
  std::string& why = answer.failure;
  if (status != ok)
    why = "it answers with status " + std::to_string(status) + (why.empty() ? "" : ", " + why);
  else if (why.empty() && !exchange.saw_all)
    why = "it answers before it has seen everything";
  if (why.empty()) return answer;
  why = server.text() + ": " + why;
  if (answer.names.empty()) fail(status, why);
  return answer;
}

std::string get(const Endpoint& server, std::string_view target, const Deadline& deadline) {
  auto stream = Stream::connect(server, deadline);
  const Exchange exchange = trade(stream, support::http_request_head("GET", target, {}, 0), {}, {}, deadline);
  const unsigned status = exchange.response.status;
  if (status != ok) fail(status, server.text() + ": it answers with status " + std::to_string(status));
  return exchange.response.body;
}

}  // namespace

Scanner::Scanner(const Config& config)
    : servers_(support::endpoints_of(config, "server")), limit_(static_cast<uint64_t>(config.number("limit"))) {}

void Scanner::scan(Job& job, const Part& part) {
  const std::string_view body = part.text();
  if (body.empty()) return;
  if (body.size() > limit_) {
    job.finding(POSTERN_CAT_LIMIT, "scanengine-size-limit", part.handle(), "larger than is given to the server");
    return job.partial();
  }
  const Deadline deadline = Deadline::in(job.time_left() * 19 / 20);
  const std::string sender = job.attr("mail.from").value_or("");
  report(job, part, support::ask_in_order(servers_, deadline, [&](const Endpoint& server) { return ask(server, body, sender, deadline); }));
}

void Scanner::report(Job& job, const Part& part, const Answer& answer) const {
  for (const std::string& name : answer.names) {
    const Meaning means = meaning(name);
    job.finding(means.category, name, part.handle(), {}, 0, means.flags);
  }
  const auto tell = [&](int32_t category, const char* name, const std::string& why) {
    if (!why.empty()) job.finding(category, name, part.handle(), why);
  };
  tell(POSTERN_CAT_ENCRYPTED, "scanengine-encrypted", answer.encrypted);
  tell(POSTERN_CAT_LIMIT, "scanengine-over-limit", answer.over_limit);
  tell(POSTERN_CAT_UNSUPPORTED, "scanengine-not-examined", answer.not_examined);
  if (answer.has_macro) job.finding(POSTERN_CAT_MACRO, "scanengine-macro", part.handle());
  if (!answer.failure.empty()) throw Error(POSTERN_E_IO, answer.failure);
  if (!answer.over_limit.empty() || !answer.not_examined.empty()) job.partial();
}

Health Scanner::health() {
  const Deadline deadline = Deadline::in(milliseconds(900));
  Health health;
  for (size_t n = 0; n < servers_.size(); ++n) {
    try {
      const Deadline mine = deadline.at_most(deadline.left() / static_cast<long>(servers_.size() - n));
      const auto version = parse_version(get(servers_[n], version_target, mine));
      const auto database = parse_database(get(servers_[n], database_target, mine));
      if (!version || !database)
        throw StreamError(servers_[n].text() + " does not answer as Kaspersky Scan Engine does");
      health.state = health.message.empty() ? POSTERN_UP : POSTERN_DEGRADED;  // another one is down
      health.engine = "Kaspersky Scan Engine, KAV SDK " + *version;
      health.db_version = database->version;
      health.db_time = database->time;
      return health;
    } catch (const StreamError& e) {
      health.message += (health.message.empty() ? "" : "; ") + std::string(e.what());
    }
  }
  health.state = POSTERN_DOWN;
  return health;
}

}  // namespace postern::scanengine
