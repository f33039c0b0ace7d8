// SPDX-License-Identifier: MIT
// Managed scanner daemons: started privately under an unprivileged user, watched, restarted after a pause, ended with us. One that does
// not take connections within its start_timeout_ms (postern.engine/1) is killed and started again. The master calls this from its loop;
// it never blocks. [master]
#pragma once
#include <list>
#include <optional>
#include <vector>

#include "base/wire.h"
#include "daemon/privilege.h"
#include "daemon/scoreboard.h"
#include "plugin/registry.h"
#include "postern/support/deadline.h"

namespace postern::daemon {

void write_engine_order(base::WireWriter& out, const plugin::EngineOrder& order);
plugin::EngineOrder read_engine_order(base::WireReader& in);

// Between an engine's end and its next start: a little longer each time it did not live well. Short all the same: until it is back, every
// mail is deferred.
std::chrono::seconds pause_before_restart(std::chrono::seconds last, support::Deadline::Clock::duration lived);

class Engines {
 public:
  Engines(Scoreboard& board, std::optional<Account> account) : board_(board), account_(std::move(account)) {}

  // What shall run from now on: what is new or changed is started, what is not named any more is ended.
  void want(std::vector<plugin::EngineOrder> orders);
  // True when the process was one of ours.
  bool reaped(pid_t pid, int status);
  // Starts what is due, kills what does not get ready. Call at least once a second.
  void tick();
  void end_all();

 private:
  struct Engine {
    plugin::EngineOrder order;
    pid_t pid = 0;
    support::Deadline::Clock::time_point next_start{};
    std::chrono::seconds pause{0};
    support::Deadline::Clock::time_point started{};
    bool is_ready = false;  // it has taken a connection
  };
  void start(Engine& engine);
  void watch_the_start(Engine& engine);
  void show();

  Scoreboard& board_;
  std::optional<Account> account_;
  std::list<Engine> engines_;
};

}  // namespace postern::daemon
