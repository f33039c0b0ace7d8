// SPDX-License-Identifier: MIT
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "base/log.h"
#include "daemon/worker.h"

namespace postern::daemon {
namespace {

constexpr std::chrono::seconds when_up{10}, when_down{1};

int64_t now() { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

// Has this scanner a managed engine that is not there yet? One the master has not come to is none either.
bool waits_for_engine(const Preparation& preparation, const Scoreboard& board, const std::string& instance) {
  const auto& orders = preparation.plugins.engines;
  if (std::none_of(orders.begin(), orders.end(), [&](const plugin::EngineOrder& o) { return o.instance == instance; })) return false;
  for (const EngineState& engine : board.engines)
    if (engine.name.get() == instance) return engine.is_starting;
  return true;
}

// Asks once and tells the board; a change of state is an event for the log. is_starting: its engine was, before we asked.
int32_t ask(const plugin::Instance& instance, bool is_starting, ScannerHealth& health) {
  postern_health_info info{};
  info.size = sizeof info;
  info.state = POSTERN_DOWN;
  if (instance.health->get(instance.self, &info) < 0) info.state = POSTERN_DOWN;
  if (info.state == POSTERN_DOWN && is_starting) info.state = engine_starting;
  const auto text = [](const char* characters, size_t room) { return std::string(characters, ::strnlen(characters, room)); };
  health.engine.set(text(info.engine, sizeof info.engine));
  health.db_version.set(text(info.db_version, sizeof info.db_version));
  health.message.set(base::log::printable(text(info.message, sizeof info.message), 200));
  health.db_time = info.db_time;
  health.checked = now();
  const int32_t before = health.state.exchange(info.state);
  if (before != info.state) {
    health.since = now();
    const bool is_news = info.state == POSTERN_UP || info.state == engine_starting;
    const std::string line = "scanner " + instance.name() + " is " + state_word(info.state) + (is_news ? "" : ": " + health.message.get());
    is_news ? base::log::notice(line) : base::log::warning(line);
  }
  return info.state;
}

}  // namespace

void run_health(const Preparation& preparation, Scoreboard& board) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "health");
  base::log::open(preparation.configuration->daemon.log, "health");
  for (ScannerHealth& h : board.scanners) h.name.set("");
  uint32_t slot = 0;
  std::vector<std::pair<const plugin::Instance*, ScannerHealth*>> watched;
  for (const auto& instance : preparation.plugins.instances) {
    if (instance->settings.kind != plugin::Kind::scanner || slot >= Scoreboard::max_scanners) continue;
    ScannerHealth& h = board.scanners[slot++];
    h.name.set(instance->name());
    h.state = not_asked_yet;
    h.message.set(instance->health ? "" : "says nothing about its health");
    if (instance->health) watched.emplace_back(instance.get(), &h);
  }
  for (;;) {
    bool all_up = true;
    for (const auto& [instance, health] : watched) all_up &= ask(*instance, waits_for_engine(preparation, board, instance->name()), *health) == POSTERN_UP;
    std::this_thread::sleep_for(all_up ? when_up : when_down);
  }
}

}  // namespace postern::daemon
