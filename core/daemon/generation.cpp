// SPDX-License-Identifier: MIT
#include "daemon/generation.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>

#include "base/failure.h"
#include "base/foreign_code.h"
#include "base/log.h"
#include "base/packet.h"
#include "base/wire.h"
#include "daemon/engines.h"
#include "daemon/exit_codes.h"
#include "daemon/signals.h"
#include "daemon/worker.h"

namespace postern::daemon {
namespace {

constexpr int tick_ms = 500;  // for those that are overdue; all else wakes us
constexpr std::chrono::milliseconds pause_after_death{200};  // a worker that cannot live does not eat the machine

int64_t now_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

plugin::RegistrySettings registry_settings(const GenerationSettings& s) {
  plugin::RegistrySettings r;
  r.directories = s.configuration->plugin_directories(s.plugin_directory);
  r.engine_directory = s.engine_directory;
  return r;
}

class Generation {
 public:
  Generation(GenerationSettings settings, Scoreboard& board) : settings_(std::move(settings)), board_(board) {}

  int run() {
    Preparation preparation{settings_.number, settings_.configuration, plugin::prepare(settings_.configuration->instances, registry_settings(settings_)), {},
                            scan::VerdictCache(settings_.configuration->scan.cache_size)};
    preparation_ = &preparation;
    if (!preparation.plugins.has_errors()) enlist_scanners();
    if (!report(preparation.plugins)) return exit_config;
    while (!is_over()) {
      fill();
      wait(until_next());
      reap();
      kill_overdue();
    }
    return finish();
  }

 private:
  void enlist_scanners() {
    std::vector<scan::ScannerRecord::Who> who;
    for (const scan::Scanner& s : scanners(*preparation_, board_))
      who.push_back({s.instance->name(), s.gives_scores(), s.instance->settings.backup, s.instance->health != nullptr});
    board_.enlist_scanners(settings_.number, who);
  }

  bool report(const plugin::Prepared& plugins) {
    base::WireWriter out;
    const bool good = !plugins.has_errors();
    std::string first;
    for (const base::Problem& problem : plugins.problems) {
      const std::string line = plugin::text(problem);
      if (problem.severity == base::Problem::Severity::error) {
        if (first.empty()) first = line;
        base::log::error(line);
      } else {
        base::log::warning(line);
      }
    }
    out.u32(static_cast<uint32_t>(good ? Report::ready : Report::failed)).text(first);
    out.list(plugins.engines, write_engine_order);
    base::send_packet(settings_.to_master.get(), out.bytes());
    return good;
  }

  // ---- workers
  void fill() {
    if (now_ns() < not_before_) return;
    while (workers_.size() < settings_.configuration->daemon.workers && spawn_worker()) {
    }
    if (health_ == 0) spawn_health();
  }

  bool spawn_worker() {
    Slot* slot = board_.claim(settings_.number);
    if (!slot) return false;
    auto [ours, theirs] = base::packet_pair();
    const pid_t pid = ::fork();
    if (pid < 0) {
      slot->generation = 0;
      base::log::error("cannot fork a worker");
      not_before_ = now_ns() + std::chrono::nanoseconds(std::chrono::seconds(1)).count();
      return false;
    }
    if (pid == 0) {
      forget_parent();
      theirs.reset();
      run_worker(*preparation_, board_, std::move(ours), *slot);
    }
    slot->pid = pid;
    workers_[pid] = slot;
    if (!base::send_packet(settings_.to_reception.get(), base::WireWriter().u32(board_.number(*slot)).bytes(), {theirs.get()})) over_ = true;
    return !over_;
  }

  void spawn_health() {
    const pid_t pid = ::fork();
    if (pid == 0) {
      forget_parent();
      run_health(*preparation_, board_);
    }
    if (pid > 0) health_ = pid;
  }

  void forget_parent() {
    settings_.to_master.reset();
    settings_.to_reception.reset();
    signals_.reset();
    have_signals_of_a_child();
  }

  // ---- what happens
  bool is_over() const { return over_; }

  void wait(int most_ms) {
    if (!signals_) signals_ = catch_signals({SIGCHLD});
    pollfd p[] = {{signals_.get(), POLLIN, 0}, {settings_.to_reception.get(), 0, 0}, {settings_.to_master.get(), 0, 0}};
    ::poll(p, 3, most_ms);
    take_signals(signals_.get(), [](int) {});  // reap() looks for itself
    if ((p[1].revents | p[2].revents) & (POLLHUP | POLLERR)) over_ = true;  // reception or master are gone
  }

  // A worker that is missing comes as soon as it may.
  int until_next() const {
    if (workers_.size() >= settings_.configuration->daemon.workers) return tick_ms;
    const auto pause = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds(not_before_ - now_ns()));
    return static_cast<int>(std::clamp<int64_t>(pause.count(), 1, tick_ms));
  }

  void reap() {
    int status = 0;
    for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (pid == health_) {
        health_ = 0;
        continue;
      }
      const auto at = workers_.find(pid);
      if (at == workers_.end()) continue;
      if (WIFSIGNALED(status) || at->second->since != 0) obituary(*at->second, pid, status);
      if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) not_before_ = now_ns() + std::chrono::nanoseconds(pause_after_death).count();
      retire(*at->second);
      workers_.erase(at);
    }
  }

  // Reception reads a dead worker's slot when it sees the socket closed; by the time this many more have died, it has.
  void retire(Slot& slot) {
    retired_.push_back(&slot);
    if (retired_.size() <= 64) return;
    retired_.front()->generation = 0;
    retired_.pop_front();
  }

  // A plug-in that calls exit() has killed its worker as well as one that crashes.
  void obituary(const Slot& slot, pid_t pid, int status) {
    const std::string how = WIFSIGNALED(status) ? "died of signal " + std::to_string(WTERMSIG(status))
                                                : "ended with exit code " + std::to_string(WEXITSTATUS(status));
    std::string line = "worker " + std::to_string(pid) + " " + how;
    const std::string mail = slot.log_id.get();
    if (slot.since != 0) line += " with mail " + mail + " in room " + name(static_cast<base::Room>(slot.progress.room.load()));
    for (const uint32_t n : guilty_instances(slot.progress))
      if (n < preparation_->plugins.instances.size()) line += ", plug-in " + preparation_->plugins.instances[n]->name();
    base::log::error(line);
  }

  void kill_overdue() {
    const int64_t now = now_ns();
    for (const auto& [pid, slot] : workers_) {
      for (const base::Progress::Call& call : slot->progress.calls) {
        const uint32_t who = call.instance;
        const int64_t end = call.kill_after_ns;
        if (who == 0 || who > preparation_->plugins.instances.size() || end == 0 || end > now) continue;
        slot->progress.guilty = who;
        base::log::error("worker " + std::to_string(pid) + " is killed: plug-in " + preparation_->plugins.instances[who - 1]->name() +
                         " does not come back from mail " + slot->log_id.get());
        ::kill(pid, SIGKILL);
        break;
      }
      const int64_t limit = slot->progress.kill_after_ns;
      if (limit != 0 && limit < now) ::kill(pid, SIGKILL);
    }
  }

  // Workers end by themselves when reception has closed their sockets; who has a mail may finish it.
  int finish() {
    if (health_ > 0) ::kill(health_, SIGKILL);
    const auto end = support::Deadline::in(std::chrono::seconds(60));
    while (!workers_.empty() && !end.passed()) {
      wait(tick_ms);
      reap();
      kill_overdue();
    }
    for (const auto& [pid, slot] : workers_) ::kill(pid, SIGKILL);
    return 0;
  }

  GenerationSettings settings_;
  Scoreboard& board_;
  Preparation* preparation_ = nullptr;
  std::map<pid_t, Slot*> workers_;
  std::deque<Slot*> retired_;
  pid_t health_ = 0;
  base::UniqueFd signals_;
  int64_t not_before_ = 0;
  bool over_ = false;
};

}  // namespace

void run_generation(GenerationSettings settings, Scoreboard& board) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "generation");
  base::exit_at_once();  // plug-ins are prepared here, and called in the workers that inherit this
  base::log::open(settings.configuration->daemon.log, "generation " + std::to_string(settings.number));
  int status = 70;
  try {
    status = Generation(std::move(settings), board).run();
  } catch (const std::exception& e) {
    base::log::error(std::string("generation ends: ") + e.what());
  }
  ::_exit(status);
}

}  // namespace postern::daemon
