// SPDX-License-Identifier: MIT
#include "daemon/master.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>
#include <memory>
#include <optional>
#include <vector>

#include "base/failure.h"
#include "base/log.h"
#include "config/configuration.h"
#include "daemon/control.h"
#include "daemon/doors.h"
#include "daemon/engines.h"
#include "daemon/exit_codes.h"
#include "daemon/pairs.h"
#include "daemon/premises.h"
#include "daemon/scoreboard.h"
#include "daemon/signals.h"
#include "daemon/systemd.h"

namespace postern::daemon {
namespace {

using Clock = support::Deadline::Clock;
using Shared = std::shared_ptr<const config::Configuration>;

constexpr int tick_ms = 500;
constexpr std::chrono::seconds shutdown_time{60};

class Master {
 public:
  explicit Master(MasterOptions options) : options_(std::move(options)), board_(Scoreboard::create()) {}

  int run() {
    running_ = load();
    if (!running_) return exit_config;
    const std::optional<Accounts> accounts = find_accounts(running_->daemon);
    if (!accounts) return exit_config;
    accounts_ = *accounts;
    base::log::open(running_->daemon.log, "master");
    signals_ = catch_signals({SIGTERM, SIGINT, SIGHUP, SIGCHLD});
    ::signal(SIGPIPE, SIG_IGN);
    try {
      make_ready(*running_);
    } catch (const std::exception& e) {
      base::log::error(e.what());
      return exit_os;
    }
    engines_.emplace(board_, accounts_.engine_user);
    pairs_.emplace(
        Pairs::House{board_, doors_, *engines_, accounts_.user, options_.plugin_directory, [this] { forget(); }});
    board_.started = std::time(nullptr);
    start_control();
    pairs_->start(running_);
    while (!over_) {
      wait();
      look_after();
    }
    return finish();
  }

 private:
  // Null: it has errors; the log has them all.
  Shared load() {
    const config::Loaded loaded = config::load(options_.config_file);
    std::string first;
    for (const base::Problem& problem : loaded.problems) {
      const std::string line = config::text(problem);
      if (first.empty() && problem.severity == base::Problem::Severity::error) first = line;
      problem.severity == base::Problem::Severity::error ? base::log::error(line) : base::log::warning(line);
    }
    if (!loaded.configuration) board_.last_problem.set(first);
    return loaded.configuration;
  }

  void make_ready(const config::Configuration& configuration) {
    furnish(configuration, accounts_);
    doors_.open(configuration, accounts_.owner());
  }

  void start_control() {
    const pid_t pid = ::fork();
    if (pid < 0) return;  // at the next tick again
    if (pid == 0) {
      base::UniqueFd socket = doors_.take_control();
      forget();
      if (accounts_.user) become(*accounts_.user);
      run_control(running_, std::move(socket), board_);
    }
    control_ = pid;
  }

  // In a forked child: signals as they were, and none of the master's descriptors.
  void forget() {
    doors_.close();
    if (pairs_) pairs_->forget();
    signals_.reset();
    have_signals_of_a_child();
  }

  // ---- what happens
  void wait() {
    std::vector<pollfd> p{{signals_.get(), POLLIN, 0}};
    for (const int ear : pairs_->ears()) p.push_back({ear, POLLIN, 0});
    ::poll(p.data(), p.size(), tick_ms);
    for (size_t i = 1; i < p.size(); ++i)
      if (p[i].revents) pairs_->hear(p[i].fd);
    take_signals(signals_.get(), [this](int signal) { heard(signal); });
  }

  void heard(int signal) {
    if (signal == SIGHUP) reload();
    if (signal == SIGTERM || signal == SIGINT) {
      if (stopping_) over_ = true;
      stop();
    }
    if (signal == SIGCHLD) reap();
  }

  void reload() {
    if (stopping_) return;
    notify_systemd_reloading();
    base::log::notice("reload");
    try {
      const Shared configuration = load();
      if (!configuration) throw base::TemporaryFailure("the configuration has errors");
      make_ready(*configuration);
      pairs_->start(configuration);
      board_.reloads++;
    } catch (const std::exception& e) {
      board_.failed_reloads++;
      base::log::error(std::string("reload refused, the running generation stays: ") + e.what());
      notify_systemd("READY=1");
    }
  }

  void stop() {
    if (stopping_) return;
    stopping_ = true;
    stop_by_ = support::Deadline::in(shutdown_time);
    notify_systemd("STOPPING=1");
    base::log::notice("stopping: mails in work are finished");
    pairs_->drain_all();
  }

  void reap() {
    int status = 0;
    for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (engines_->reaped(pid, status)) continue;
      if (pid == control_)
        control_ = 0;
      else
        pairs_->reaped(pid, status);
    }
  }

  void look_after() {
    if (!stopping_) engines_->tick();
    pairs_->tick();
    if (const Shared serving = pairs_->serving(); serving && serving != running_) adopt(serving);
    if (control_ == 0 && !stopping_) start_control();
    if (pairs_->given_up() || (stopping_ && (pairs_->empty() || stop_by_.passed()))) over_ = true;
    const auto due = systemd_watchdog_interval();
    if (due && Clock::now() - last_watchdog_ >= *due) {
      last_watchdog_ = Clock::now();
      notify_systemd("WATCHDOG=1");
    }
  }

  // Another configuration serves now.
  void adopt(const Shared& configuration) {
    running_ = configuration;
    if (control_ > 0) ::kill(control_, SIGKILL);  // it comes back with the new configuration
    doors_.close_unused(*running_);
  }

  int finish() {
    pairs_->kill_all();
    if (control_ > 0) ::kill(control_, SIGKILL);
    engines_->end_all();
    doors_.take_down(*running_);
    base::log::notice("stopped");
    return pairs_->given_up().value_or(0);
  }

  MasterOptions options_;
  Scoreboard& board_;
  Accounts accounts_;
  Doors doors_;
  base::UniqueFd signals_;
  std::optional<Engines> engines_;
  std::optional<Pairs> pairs_;
  Shared running_;  // what control tells of
  pid_t control_ = 0;
  Clock::time_point last_watchdog_{};
  support::Deadline stop_by_;
  bool stopping_ = false, over_ = false;
};

}  // namespace

int run_master(const MasterOptions& options) {
  return Master(options).run();  // its children have copies of it, and never return
}

}  // namespace postern::daemon
