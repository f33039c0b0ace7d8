// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <sys/socket.h>

#include <chrono>
#include <optional>

#include <postern/support/scan_folder.h>
#include <postern/support/server_scan.h>

namespace postern::socket {
namespace {

using support::Deadline;
using support::Endpoint;
using support::ScanFolder;
using support::ScanVerdict;
using support::Stream;
using support::StreamError;

std::vector<Endpoint> servers_of(const Config& config) {
  if (config.has("server")) return support::endpoints_of(config, "server");
  if (const Preset* preset = preset_of(config)) return {*Endpoint::parse(preset->server)};
  config.reject("server", "where does the daemon listen? unix:/path or host:port");
  return {};
}

// Of a path that goes into a question as it is.
bool is_plain(std::string_view path) {
  return path.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-") == std::string_view::npos;
}

}  // namespace

Scanner::Scanner(const Config& config)
    : servers_(servers_of(config)), dialogue_(dialogue_of(config)), directory_(config.text("directory")),
      limit_(static_cast<uint64_t>(config.number("limit"))) {}

void Scanner::validate(const Config& config) {
  servers_of(config);
  validate_dialogue(config);
  const std::string directory = config.text("directory");
  if (!dialogue_of(config).wants_a_file()) return;
  if (!is_plain(directory))
    config.reject("directory", "its name may hold letters, digits, /, ., _ and - only: it is a part of the question");
}

void Scanner::scan(Job& job, const Part& part) {
  const std::string_view bytes = part.text();
  if (bytes.empty()) return;
  if (bytes.size() > limit_) {
    job.finding(POSTERN_CAT_LIMIT, "socket-size-limit", part.handle(), "larger than is given to the daemon");
    return job.partial();
  }
  const Deadline deadline = Deadline::in(job.time_left() * 19 / 20);
  std::optional<ScanFolder> folder;
  Subject subject{{}, {}, bytes};
  if (dialogue_.wants_a_file()) {
    folder.emplace(directory_, ScanFolder::Readers::group);
    subject.path = folder->add(bytes);
    subject.directory = folder->path();
  }
  support::scan_in_order(job, part, servers_, deadline, [&](const Endpoint& server) { return ask(server, subject, deadline); });
}

// Of an answer that ends before all was sent only a name is believed.
ScanVerdict Scanner::ask(const Endpoint& server, const Subject& subject, const Deadline& deadline) const {
  Stream stream = Stream::connect(server, deadline);
  wait_for_greeting(stream, deadline);
  const Question question(dialogue_.query, subject);
  Answer answer(dialogue_, subject);
  bool is_complete = false;
  const bool saw_all =
      stream.write_all(question.pieces(), deadline, [&](std::string_view heard) { return !(is_complete = answer.put(heard)); });
  if (saw_all && dialogue_.half_close) ::shutdown(stream.fd(), SHUT_WR);
  stream.expect_the_last();
  while (!is_complete) {
    char chunk[4096];
    const size_t n = stream.read(chunk, sizeof chunk, deadline);
    is_complete = n == 0 ? answer.end() : answer.put({chunk, n});
    if (n == 0 && !is_complete)
      return support::believed({support::Outcome::failed, answer.verdict().names, "it closed the connection before the end of its answer"}, true, stream);
  }
  return support::believed(answer.verdict(), saw_all, stream);
}

void Scanner::wait_for_greeting(Stream& stream, const Deadline& deadline) const {
  constexpr size_t longest = 4096;
  if (!dialogue_.greeting) return;
  std::string line = stream.read_until('\n', longest, deadline);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (!dialogue_.greeting.fits(line)) throw StreamError(stream.peer() + " greets with: " + line.substr(0, 200));
}

// Whether somebody listens, greets where a greeting is known, and can be given files; whether it finds anything, the self-test shows.
Health Scanner::health() {
  Health health;
  health.state = POSTERN_DOWN;
  if (dialogue_.wants_a_file()) health.message = ScanFolder::problem_with(directory_);
  if (!health.message.empty()) return health;
  try {
    const Deadline deadline = Deadline::in(std::chrono::milliseconds(900));
    support::ask_in_order(servers_, deadline, [&](const Endpoint& server) {
      Stream stream = Stream::connect(server, deadline);
      wait_for_greeting(stream, deadline);
    });
    health.state = POSTERN_UP;
  } catch (const Error& e) {
    health.message = e.what();
  }
  return health;
}

}  // namespace postern::socket
