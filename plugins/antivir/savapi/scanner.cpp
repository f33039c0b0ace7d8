// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <algorithm>
#include <chrono>

#include <postern/support/scan_folder.h>
#include <postern/support/server_scan.h>

namespace postern::savapi {
namespace {

using support::Deadline;
using support::Endpoint;
using support::ScanFolder;
using support::ScanVerdict;
using support::Stream;
using support::StreamError;

constexpr size_t longest_line = 64 << 10, most_lines = 100'000;

Reply read_reply(Stream& stream, const Deadline& deadline) {
  const std::string line = stream.read_until('\n', longest_line, deadline);
  if (const auto reply = parse_reply(line)) return *reply;
  throw StreamError(stream.peer() + " does not answer as SAVAPI does: " + line.substr(0, 200));
}

void set(Stream& stream, const std::string& setting, const Deadline& deadline) {
  stream.write("SET " + setting + "\n", deadline);
  const Reply reply = read_reply(stream, deadline);
  if (reply.code != information) throw StreamError(stream.peer() + " says to SET " + setting + ": " + std::to_string(reply.code) + " " + reply.text);
}

// The answer is complete: a daemon that has gone already takes nothing back.
void say_goodbye(Stream& stream, const Deadline& deadline) {
  try {
    stream.write("QUIT\n", deadline);
  } catch (const StreamError&) {
  }
}

bool is_one_line(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < ' '; });
}

}  // namespace

Scanner::Scanner(const Config& config)
    : servers_(support::endpoints_of(config, "server")), settings_{"PRODUCT " + std::to_string(config.number("product"))},
      directory_(config.text("directory")), limit_(static_cast<uint64_t>(config.number("limit"))) {
  for (const std::string& setting : config.list("set")) settings_.push_back(setting);
}

void Scanner::validate(const Config& config) {
  support::endpoints_of(config, "server");
  const std::vector<std::string> settings = config.list("set");
  for (uint32_t n = 0; n < settings.size(); ++n)
    if (!is_one_line(settings[n])) config.reject("set", "a name and a value on one line, such as \"ARCHIVE_SCAN 1\"", n);
  if (config.number("product") < 0) config.reject("product", "a number, as in the licence's papers");
  if (!is_one_line(config.text("directory"))) config.reject("directory", "its name goes into a line: no line ends in it");
}

void Scanner::scan(Job& job, const Part& part) {
  const std::string_view bytes = part.text();
  if (bytes.empty()) return;
  if (bytes.size() > limit_) {
    job.finding(POSTERN_CAT_LIMIT, "savapi-size-limit", part.handle(), "larger than is given to the daemon");
    return job.partial();
  }
  const Deadline deadline = Deadline::in(job.time_left() * 19 / 20);
  ScanFolder folder(directory_, ScanFolder::Readers::group);
  const std::string path = folder.add(bytes);
  support::scan_in_order(job, part, servers_, deadline, [&](const Endpoint& server) { return ask(server, path, deadline); });
}

Stream Scanner::begin(const Endpoint& server, const Deadline& deadline, std::string* version) const {
  Stream stream = Stream::connect(server, deadline);
  const Reply greeting = read_reply(stream, deadline);
  if (greeting.code != information || !greeting.text.starts_with("SAVAPI"))
    throw StreamError(stream.peer() + " greets with: " + std::to_string(greeting.code) + " " + greeting.text);
  if (version) *version = greeting.text;
  for (const std::string& setting : settings_) set(stream, setting, deadline);
  return stream;
}

ScanVerdict Scanner::ask(const Endpoint& server, const std::string& path, const Deadline& deadline) const {
  Stream stream = begin(server, deadline);
  // So that the daemon does not go on long after nobody waits.
  set(stream, "SCAN_TIMEOUT " + std::to_string(std::max(1, deadline.left_ms() / 1000)), deadline);
  stream.write("SCAN " + path + "\n", deadline);
  stream.expect_the_last();
  ScanReplies replies;
  for (size_t n = 0; !replies.put(read_reply(stream, deadline)); ++n)
    if (n == most_lines) throw StreamError(stream.peer() + " answers without end");
  say_goodbye(stream, deadline);
  return support::believed(replies.verdict(), true, stream);
}

Health Scanner::health() {
  Health health;
  health.state = POSTERN_DOWN;
  if (health.message = ScanFolder::problem_with(directory_); !health.message.empty()) return health;
  try {
    const Deadline deadline = Deadline::in(std::chrono::milliseconds(900));
    support::ask_in_order(servers_, deadline, [&](const Endpoint& server) { begin(server, deadline, &health.engine); });
    health.state = POSTERN_UP;
  } catch (const Error& e) {
    health.message = e.what();
  }
  return health;
}

}  // namespace postern::savapi
