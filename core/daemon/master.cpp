// SPDX-License-Identifier: MIT
#include "daemon/master.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <list>
#include <map>
#include <optional>

#include "base/failure.h"
#include "base/log.h"
#include "base/packet.h"
#include "config/configuration.h"
#include "daemon/control.h"
#include "daemon/engines.h"
#include "daemon/generation.h"
#include "daemon/privilege.h"
#include "daemon/scoreboard.h"
#include "daemon/sockets.h"
#include "daemon/systemd.h"
#include "receive/reception.h"

namespace postern::daemon {
namespace {

using Clock = support::Deadline::Clock;

constexpr int exit_config = 78, exit_os = 71;
constexpr int tick_ms = 500;
constexpr std::chrono::seconds shutdown_time{60};
constexpr std::chrono::seconds prepare_time{300};  // loading signatures may take minutes; longer is a hanging plug-in

// A generation and the reception it feeds live and die together: no mail ever meets two configurations.
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

class Master {
 public:
  explicit Master(MasterOptions options) : options_(std::move(options)), board_(Scoreboard::create()) {}

  int run() {
    auto configuration = load();
    if (!configuration) return exit_config;
    if (!find_accounts(*configuration)) return exit_config;
    base::log::open(configuration->daemon.log, "master");
    catch_signals();
    try {
      house(*configuration);
      bind_all(*configuration);
    } catch (const std::exception& e) {
      base::log::error(e.what());
      return exit_os;
    }
    engines_.emplace(board_, engine_account_);
    board_.started = std::time(nullptr);
    running_ = configuration;
    start_control();
    start_pair(configuration);
    while (!over_) {
      wait();
      look_after();
    }
    return finish();
  }

 private:
  // ---- configuration
  std::shared_ptr<const config::Configuration> load() {
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

  bool find_accounts(const config::Configuration& c) {
    if (::geteuid() != 0) return true;  // everything runs as whoever started it
    account_ = find_account(c.daemon.user);
    engine_account_ = c.daemon.engine_user.empty() ? account_ : find_account(c.daemon.engine_user);
    if (account_ && engine_account_ && account_->uid != 0 && engine_account_->uid != 0) return true;
    base::log::error("[daemon] user: \"" + (account_ ? c.daemon.engine_user : c.daemon.user) +
                     "\" is not an unprivileged user of this system; create it (adduser --system --group postern) or name another");
    return false;
  }

  void house(const config::Configuration& c) {
    own_directory(c.daemon.runtime_directory, 0755, nullptr);
    own_directory(engine_directory(c), 0755, engine_account_ ? &*engine_account_ : nullptr);
    for (const plugin::InstanceSettings& i : c.instances)
      if (i.kind == plugin::Kind::scanner && i.enabled)
        own_directory(engine_directory(c) + "/scanner-" + i.name, 02775, engine_account_ ? &*engine_account_ : nullptr, account_ ? std::optional(account_->gid) : std::nullopt);
    own_directory(c.quarantine_directory, 0750, account_ ? &*account_ : nullptr);
    for (const std::string& file : {c.daemon.mail_log, c.daemon.log.file}) own_file(file, account_ ? &*account_ : nullptr);
  }
  static std::string engine_directory(const config::Configuration& c) { return c.daemon.runtime_directory + "/engines"; }

  void bind_all(const config::Configuration& c) {
    const Account* owner = account_ ? &*account_ : nullptr;
    std::map<std::string, base::UniqueFd> bound;
    for (const receive::Listener& l : c.receive.listeners)
      if (!sockets_.contains(l.address)) bound[l.address] = bind_listener(l, owner);
    if (!control_socket_) control_socket_ = bind_local(c.daemon.control_socket, SOCK_STREAM, 0660, owner);
    if (!examine_socket_) examine_socket_ = bind_local(c.daemon.runtime_directory + "/examine.sock", SOCK_SEQPACKET, 0660, owner);
    sockets_.merge(bound);
  }

  // ---- pairs
  void start_pair(const std::shared_ptr<const config::Configuration>& configuration) {
    Pair& pair = pairs_.emplace_back();
    pair.number = ++last_number_;
    pair.configuration = configuration;
    auto [master_end, report_end] = base::packet_pair();
    auto [reception_end, generation_end] = base::packet_pair();
    const pid_t pid = ::fork();
    if (pid < 0) base::throw_errno("fork");
    if (pid == 0) {
      forget();
      master_end.reset();
      reception_end.reset();
      lower(configuration->daemon);
      run_generation({configuration, pair.number, std::move(report_end), std::move(generation_end), options_.plugin_directory,
                      engine_directory(*configuration)}, board_);
    }
    pair.generation = pid;
    pair.from_generation = std::move(master_end);
    pair.link = std::move(reception_end);
  }

  void start_reception(Pair& pair) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) base::throw_errno("pipe");
    base::UniqueFd drained(ends[0]), drain(ends[1]);
    const pid_t pid = ::fork();
    if (pid < 0) base::throw_errno("fork");
    if (pid == 0) run_reception(pair, std::move(drained));
    pair.reception = pid;
    pair.link.reset();
    pair.drain = std::move(drain);
    pair.state = Pair::State::serving;
  }

  [[noreturn]] void run_reception(Pair& pair, base::UniqueFd drained) {
    const auto configuration = pair.configuration;
    base::UniqueFd link = std::move(pair.link), examine = std::move(examine_socket_);
    std::vector<receive::ListeningSocket> sockets;
    for (const receive::Listener& l : configuration->receive.listeners) sockets.push_back({std::move(sockets_.at(l.address)), l});
    forget();
    ::prctl(PR_SET_NAME, "reception");
    int status = 70;
    try {
      lower(configuration->daemon);
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // after the change of user, which clears it
      base::log::open(configuration->daemon.log, "reception");
      receive::Reception reception(configuration->receive, std::move(sockets), std::move(examine), std::move(link),
                                   [this](uint32_t slot) { return slot < Scoreboard::max_slots ? guilty_instances(board_.slots[slot].progress) : std::vector<uint32_t>(); },
                                   board_.counters);
      reception.drain_on(std::move(drained));
      reception.run();
      status = 0;
    } catch (const std::exception& e) {
      base::log::error(std::string("reception ends: ") + e.what());
    }
    ::_exit(status);
  }

  // In a forked child: signals as they were, none of the master's descriptors, and not root any more.
  void forget() {
    sockets_.clear();
    pairs_to_forget();
    control_socket_.reset();
    examine_socket_.reset();
    signals_.reset();
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int s : {SIGTERM, SIGINT, SIGHUP}) ::signal(s, SIG_IGN);  // the master decides who ends
    ::signal(SIGCHLD, SIG_DFL);
    ::signal(SIGPIPE, SIG_IGN);
  }
  void pairs_to_forget() {
    for (Pair& p : pairs_) {
      p.from_generation.reset();
      p.link.reset();
      p.drain.reset();
    }
  }
  void lower(const config::DaemonSettings&) {
    if (account_) become(*account_);
  }

  // A machine that cannot fork now costs this generation, not the master.
  void hear_out(Pair& pair) {
    try {
      reported(pair);
    } catch (const std::exception& e) {
      base::log::error("generation " + std::to_string(pair.number) + " cannot begin to serve: " + e.what());
      ::kill(pair.generation, SIGKILL);
    }
  }

  void reported(Pair& pair) {
    std::optional<base::Packet> packet = base::receive_packet(pair.from_generation.get());
    if (!packet) return pair.from_generation.reset();  // its end is seen by its process id
    base::WireReader in(packet->bytes);
    const bool ready = in.u32() == static_cast<uint32_t>(Report::ready);
    const std::string problem = in.text();
    if (!ready) {
      board_.last_problem.set(problem);
      return;
    }
    if (pair.number < board_.generation) return retire(pair);  // a later reload was faster
    auto orders = in.list<plugin::EngineOrder>(read_engine_order);
    start_reception(pair);
    for (Pair& other : pairs_)
      if (&other != &pair && other.state == Pair::State::serving) begin_draining(other);
    engines_->want(std::move(orders));
    board_.generation = pair.number;
    deaths_ = 0;
    announce(pair);
  }

  void announce(const Pair& pair) {
    std::string where;
    for (const receive::Listener& l : pair.configuration->receive.listeners) where += (where.empty() ? "" : ", ") + l.address;
    base::log::notice("generation " + std::to_string(pair.number) + " serves on " + where + " with " +
                      std::to_string(pair.configuration->daemon.workers) + " workers");
    notify_systemd("READY=1\nSTATUS=generation " + std::to_string(pair.number) + " serves on " + where);
  }

  // A generation that feeds no reception: it ends when its link is closed.
  static void retire(Pair& pair) {
    pair.state = Pair::State::draining;
    pair.link.reset();
  }

  static void begin_draining(Pair& pair) {
    pair.state = Pair::State::draining;
    if (pair.drain && ::write(pair.drain.get(), "d", 1) != 1) base::log::warning("reception does not hear that it shall end");
  }

  // ---- control
  void start_control() {
    const pid_t pid = ::fork();
    if (pid < 0) return;  // at the next tick again
    if (pid == 0) {
      base::UniqueFd socket = std::move(control_socket_);
      forget();
      lower(running_->daemon);
      run_control(running_, std::move(socket), board_);
    }
    control_ = pid;
  }

  // ---- what happens
  void catch_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int s : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::sigaddset(&set, s);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  }

  void wait() {
    std::vector<pollfd> p{{signals_.get(), POLLIN, 0}};
    std::vector<Pair*> reporting;
    for (Pair& pair : pairs_) {
      if (!pair.from_generation) continue;
      p.push_back({pair.from_generation.get(), POLLIN, 0});
      reporting.push_back(&pair);
    }
    ::poll(p.data(), p.size(), tick_ms);
    for (size_t i = 0; i < reporting.size(); ++i)
      if (p[i + 1].revents) hear_out(*reporting[i]);
    signalfd_siginfo info;
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) heard(static_cast<int>(info.ssi_signo));
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
      const auto configuration = load();
      if (!configuration) throw base::TemporaryFailure("the configuration has errors");
      house(*configuration);
      bind_all(*configuration);
      start_pair(configuration);
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
    for (Pair& pair : pairs_) {
      if (pair.state == Pair::State::serving) begin_draining(pair);
      else if (pair.state == Pair::State::preparing) ::kill(pair.generation, SIGKILL);
    }
  }

  void reap() {
    int status = 0;
    for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (engines_ && engines_->reaped(pid, status)) continue;
      if (pid == control_) {
        control_ = 0;
        continue;
      }
      for (Pair& pair : pairs_) {
        if (pid == pair.generation) generation_ended(pair, status);
        else if (pid == pair.reception) reception_ended(pair, status);
      }
    }
    pairs_.remove_if([](const Pair& p) { return p.generation == 0 && p.reception == 0; });
  }

  void generation_ended(Pair& pair, int status) {
    pair.generation = 0;
    board_.release_generation(pair.number);
    if (pair.state == Pair::State::preparing) {
      const bool config = WIFEXITED(status) && WEXITSTATUS(status) == exit_config;
      pair.link.reset();
      if (board_.generation == 0) return give_up(config);
      board_.failed_reloads++;
      if (!is_served()) return try_again(pair);
      base::log::error("generation " + std::to_string(pair.number) + " could not be prepared; the running generation stays");
      notify_systemd("READY=1");
      return;
    }
    if (pair.state != Pair::State::serving) return;
    base::log::error("generation " + std::to_string(pair.number) + " died; a new one is started");
    replace(pair);
  }

  void reception_ended(Pair& pair, int) {
    pair.reception = 0;
    if (pair.state != Pair::State::serving) return;
    base::log::error("reception " + std::to_string(pair.number) + " died; clients will come again; a new pair is started");
    replace(pair);  // its generation ends by itself: its link is closed
  }

  bool is_served() const {
    for (const Pair& p : pairs_)
      if (p.state == Pair::State::serving) return true;
    return false;
  }

  // The successor of a dead pair died before it could serve, and there is nobody else.
  void try_again(Pair& pair) {
    base::log::error("generation " + std::to_string(pair.number) + " could not be prepared, and none is running; again in a moment");
    replace(pair);
  }

  // The one that is left of a serving pair ends by itself; a new pair takes over, not faster than once a second when it goes on like this.
  void replace(Pair& pair) {
    pair.state = Pair::State::draining;
    if (stopping_) return;
    next_pair_ = Clock::now() + std::chrono::milliseconds(deaths_++ == 0 ? 0 : 1000);
  }

  void give_up(bool config) {
    exit_code_ = config ? exit_config : exit_os;
    base::log::error("the first generation could not be prepared; nothing is running");
    over_ = true;
  }

  void look_after() {
    if (engines_ && !stopping_) engines_->tick();
    if (next_pair_ && Clock::now() >= *next_pair_ && !stopping_) {
      next_pair_.reset();
      start_replacement();
    }
    for (const Pair& pair : pairs_)
      if (pair.state == Pair::State::serving && running_ != pair.configuration) {
        running_ = pair.configuration;
        if (control_ > 0) ::kill(control_, SIGKILL);  // it comes back with the new configuration
        close_unused();
      }
    for (const Pair& pair : pairs_)
      if (pair.state == Pair::State::preparing && Clock::now() - pair.started > prepare_time && pair.generation > 0) {
        base::log::error("generation " + std::to_string(pair.number) + " does not finish preparing its plug-ins and is killed");
        ::kill(pair.generation, SIGKILL);
      }
    if (control_ == 0 && !stopping_) start_control();
    if (stopping_ && (pairs_.empty() || stop_by_.passed())) over_ = true;
    const auto due = systemd_watchdog_interval();
    if (due && Clock::now() - last_watchdog_ >= *due) {
      last_watchdog_ = Clock::now();
      notify_systemd("WATCHDOG=1");
    }
  }

  void start_replacement() {
    try {
      start_pair(running_);
    } catch (const std::exception& e) {
      base::log::error(std::string("no new generation yet: ") + e.what());
      next_pair_ = Clock::now() + std::chrono::seconds(1);
    }
  }

  void close_unused() {
    std::erase_if(sockets_, [&](const auto& s) {
      for (const receive::Listener& l : running_->receive.listeners)
        if (l.address == s.first) return false;
      return true;
    });
  }

  int finish() {
    for (const Pair& pair : pairs_)
      for (const pid_t pid : {pair.reception, pair.generation})
        if (pid > 0) ::kill(pid, SIGKILL);
    if (control_ > 0) ::kill(control_, SIGKILL);
    engines_->end_all();
    for (const auto& [address, fd] : sockets_)
      if (address.starts_with("unix:")) ::unlink(address.c_str() + 5);
    ::unlink(running_->daemon.control_socket.c_str());
    ::unlink((running_->daemon.runtime_directory + "/examine.sock").c_str());
    base::log::notice("stopped");
    return exit_code_;
  }

  MasterOptions options_;
  Scoreboard& board_;
  std::optional<Account> account_, engine_account_;
  std::map<std::string, base::UniqueFd> sockets_;  // by address
  base::UniqueFd control_socket_, examine_socket_, signals_;
  std::list<Pair> pairs_;
  std::optional<Engines> engines_;
  std::shared_ptr<const config::Configuration> running_;
  pid_t control_ = 0;
  uint32_t last_number_ = 0, deaths_ = 0;
  std::optional<Clock::time_point> next_pair_;
  Clock::time_point last_watchdog_{};
  support::Deadline stop_by_;
  bool stopping_ = false, over_ = false;
  int exit_code_ = 0;
};

}  // namespace

int run_master(const MasterOptions& options) {
  return Master(options).run();  // its children have copies of it, and never return
}

}  // namespace postern::daemon
