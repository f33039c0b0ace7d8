// SPDX-License-Identifier: MIT
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "base/log.h"
#include "daemon/self_test.h"
#include "daemon/worker.h"
#include "scan/breaker.h"

namespace postern::daemon {
namespace {

constexpr std::chrono::seconds when_up{10}, when_down{1};  // it is asked again

int64_t now() { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

// The managed engine of a scanner; whoever manages the others, they are there. One the master has not come to yet is starting.
enum class EngineIs { there, starting, away };

EngineIs engine_of(const Preparation& preparation, const Scoreboard& board, const std::string& instance) {
  const auto& orders = preparation.plugins.engines;
  if (std::none_of(orders.begin(), orders.end(), [&](const plugin::EngineOrder& o) { return o.instance == instance; })) return EngineIs::there;
  for (const EngineState& engine : board.engines)
    if (engine.name.get() == instance) return engine.is_starting ? EngineIs::starting : engine.pid == 0 ? EngineIs::away : EngineIs::there;
  return EngineIs::starting;
}

std::string text(const char* characters, size_t room) { return std::string(characters, ::strnlen(characters, room)); }

// What the scanner says of itself, and what we think of it.
postern_health_info told(const plugin::Instance& instance) {
  postern_health_info info{};
  info.size = sizeof info;
  if (instance.health->get(instance.self, &info) >= 0) return info;
  info.state = POSTERN_DOWN;
  return info;
}

// Signatures that are too old count as none, where the administrator said so.
void mind_the_date(const plugin::Instance& instance, postern_health_info& info, std::string& message) {
  const std::chrono::milliseconds most = instance.settings.max_database_age;
  if (most.count() == 0 || info.state == POSTERN_DOWN) return;
  const int64_t age = now() - info.db_time;
  if (info.db_time > 0 && age <= most.count() / 1000) return;
  info.state = POSTERN_DOWN;
  message = info.db_time > 0 ? "its signatures are " + std::to_string(age / 3600) + " hours old, more than max-database-age" : "does not tell the date of its signatures, and max-database-age is set";
}

// A scanner that does not find what every scanner finds is not examining anything, whatever it answers.
void test_itself(const plugin::Instance& instance, int32_t before, postern_health_info& info, std::string& message) {
  const bool is_back = info.state != POSTERN_DOWN && before != POSTERN_UP && before != POSTERN_DEGRADED;
  if (!is_back || !instance.settings.self_test || (instance.worker->flags & POSTERN_RUN_SCORES) || instance.settings.home == plugin::Home::confined) return;
  if (const std::string problem = self_test(instance); !problem.empty()) {
    info.state = POSTERN_DOWN;
    message = "does not find the EICAR test file: " + problem;
  }
}

// Asks once and tells the board; a change of state is an event for the log. is_starting: its engine was, before we asked.
int32_t ask(const plugin::Instance& instance, bool is_starting, scan::ScannerRecord& record) {
  postern_health_info info = told(instance);
  std::string message = base::log::printable(text(info.message, sizeof info.message), 200);
  const int32_t before = record.state;
  mind_the_date(instance, info, message);
  test_itself(instance, before, info, message);
  if (info.state == POSTERN_DOWN && is_starting) info.state = scan::engine_starting;
  record.engine.set(text(info.engine, sizeof info.engine));
  record.db_version.set(text(info.db_version, sizeof info.db_version));
  record.message.set(message);
  record.db_time = info.db_time;
  record.db_entries = info.db_entries;
  record.checked = now();
  record.state = info.state;
  if (before == info.state) return info.state;
  record.since = now();
  const bool is_up = info.state == POSTERN_UP || info.state == POSTERN_DEGRADED;
  if (is_up) scan::close_breaker(record);
  const bool is_news = info.state == POSTERN_UP || info.state == scan::engine_starting;
  const std::string line = "scanner " + instance.name() + " is " + scan::state_word(info.state) + (is_news ? "" : ": " + message);
  is_news ? base::log::notice(line) : base::log::warning(line);
  return info.state;
}

struct Asked {
  scan::Scanner scanner;
  support::Deadline again_at = support::Deadline::in({});
};

}  // namespace

void run_health(const Preparation& preparation, Scoreboard& board) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "health");
  base::log::open(preparation.configuration->daemon.log, "health");
  std::vector<Asked> all;
  for (const scan::Scanner& s : scanners(preparation, board))
    if (s.instance->health && s.record) all.push_back({s});
  for (;;) {
    for (Asked& asked : all) {
      const plugin::Instance& instance = *asked.scanner.instance;
      const EngineIs engine = engine_of(preparation, board, instance.name());
      if (engine == EngineIs::there && !asked.again_at.passed()) continue;
      const int32_t state = ask(instance, engine == EngineIs::starting, *asked.scanner.record);
      asked.again_at = support::Deadline::in(state == POSTERN_UP || state == POSTERN_DEGRADED ? when_up : when_down);
    }
    std::this_thread::sleep_for(when_down);
  }
}

}  // namespace postern::daemon
