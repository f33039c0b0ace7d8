// SPDX-License-Identifier: MIT
// A pair is a generation and the reception it feeds. They live and die together: no mail ever meets two configurations.
// A new pair is prepared while the old one serves, and takes over only when it is ready; a pair that lost one of its
// two is replaced. [master]
#pragma once
#include <sys/types.h>

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "config/configuration.h"
#include "daemon/doors.h"
#include "daemon/engines.h"
#include "daemon/privilege.h"
#include "daemon/scoreboard.h"
#include "postern/support/deadline.h"

namespace postern::daemon {

class Pairs {
 public:
  using Clock = support::Deadline::Clock;
  struct House {  // what all pairs share; outlives them
    Scoreboard& board;
    Doors& doors;
    Engines& engines;
    std::optional<Account> user;   // everything runs as; none: as we do
    std::string plugin_directory;  // built-in
    std::function<void()> forget;  // in a forked child: lets go of what is only the master's
  };
  explicit Pairs(House house) : house_(std::move(house)) {}

  // Begins a new pair with this configuration. Errors: std::system_error.
  void start(const std::shared_ptr<const config::Configuration>& configuration);
  // Descriptors to wait for, and what to do about one that is readable.
  std::vector<int> ears() const;
  void hear(int ear);
  void reaped(pid_t pid, int status);
  // Replaces what died, ends what does not get ready. Call at least once a second.
  void tick();

  void drain_all();  // mails in work are finished; nothing is replaced any more
  void kill_all();
  void forget();  // in a forked child: our ends of what connects us

  bool empty() const { return pairs_.empty(); }
  // Of the pair that serves; null: none does.
  std::shared_ptr<const config::Configuration> serving() const;
  // The exit code, when the first generation could not be prepared: nothing runs then.
  std::optional<int> given_up() const { return given_up_; }

 private:
  struct Pair {
    uint32_t number = 0;
    std::shared_ptr<const config::Configuration> configuration;
    pid_t generation = 0, reception = 0;
    Clock::time_point started = Clock::now();
    base::UniqueFd from_generation;  // reports
    base::UniqueFd link;             // reception's end, until reception is forked
    base::UniqueFd drain;            // a byte here begins the draining of reception
    enum class State { preparing, serving, draining } state = State::preparing;
  };

  void reported(Pair& pair);
  void start_reception(Pair& pair);
  [[noreturn]] void run_reception(Pair& pair, base::UniqueFd drained);
  void generation_ended(Pair& pair, int status);
  void preparation_failed(Pair& pair, int status);
  void reception_ended(Pair& pair);
  static void begin_draining(Pair& pair);
  void replace(Pair& pair);
  void start_replacement();

  House house_;
  std::list<Pair> pairs_;
  std::shared_ptr<const config::Configuration> last_good_;  // of the last pair that served; before, of the first
  uint32_t last_number_ = 0, deaths_ = 0;
  std::optional<Clock::time_point> next_;  // when a replacement is due
  bool is_ending_ = false;
  std::optional<int> given_up_;
};

}  // namespace postern::daemon
