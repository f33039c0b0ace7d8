// SPDX-License-Identifier: MIT
#include "daemon/engines.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "base/failure.h"
#include "base/log.h"

namespace postern::daemon {
namespace {

using Clock = support::Deadline::Clock;

constexpr std::chrono::seconds longest_pause{3}, lived_well{30}, time_to_end{5};

bool same(const plugin::EngineOrder& a, const plugin::EngineOrder& b) {
  return a.instance == b.instance && a.argv == b.argv && a.config == b.config && a.socket == b.socket;
}

// Is somebody listening there? A full backlog is somebody too.
bool takes_connections(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const base::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return socket && (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EAGAIN);
}

std::string seconds_text(Clock::duration time) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s";
}

// In the child: becomes the engine, or says why not and ends.
[[noreturn]] void exec_engine(const plugin::EngineOrder& order, const std::optional<Account>& account) {
  try {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int s : {SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGPIPE, SIGUSR1}) ::signal(s, SIG_DFL);
    ::setpgid(0, 0);
    if (account) become(*account);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // after the change of user, which clears it
    ::umask(022);
    if (!order.config_path.empty()) {
      const base::UniqueFd file(::open(order.config_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
      if (!file || ::write(file.get(), order.config.data(), order.config.size()) != static_cast<ssize_t>(order.config.size()))
        base::throw_errno("write", order.config_path);
    }
    ::unlink(order.socket.c_str());  // a leftover of a killed engine
    std::vector<char*> argv;
    for (const std::string& a : order.argv) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    const base::UniqueFd log(::open((order.directory + "/engine.out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0640));
    const int null = ::open("/dev/null", O_RDONLY);
    ::dup2(null, 0);
    if (log) {
      ::dup2(log.get(), 1);
      ::dup2(log.get(), 2);
    }
    ::close_range(3, ~0u, 0);
    ::execv(argv[0], argv.data());
    base::throw_errno("exec", order.argv.front());
  } catch (const std::exception& e) {
    base::log::error("engine " + order.instance + ": " + e.what());
    ::_exit(127);
  }
}

}  // namespace

void write_engine_order(base::WireWriter& out, const plugin::EngineOrder& o) {
  out.text(o.instance).text(o.directory).text(o.socket);
  out.list(o.argv, [](base::WireWriter& w, const std::string& a) { w.text(a); });
  out.text(o.config_path).text(o.config).text(o.notice).i64(o.start_timeout.count());
}

plugin::EngineOrder read_engine_order(base::WireReader& in) {
  plugin::EngineOrder o;
  o.instance = in.text();
  o.directory = in.text();
  o.socket = in.text();
  o.argv = in.list<std::string>([](base::WireReader& r) { return r.text(); });
  o.config_path = in.text();
  o.config = in.text();
  o.notice = in.text();
  o.start_timeout = std::chrono::milliseconds(in.i64());
  return o;
}

std::chrono::seconds pause_before_restart(std::chrono::seconds last, support::Deadline::Clock::duration lived) {
  return lived > lived_well ? std::chrono::seconds(1) : std::min(last + std::chrono::seconds(1), longest_pause);
}

void Engines::want(std::vector<plugin::EngineOrder> orders) {
  for (auto e = engines_.begin(); e != engines_.end();) {
    const auto again = std::find_if(orders.begin(), orders.end(), [&](const auto& o) { return same(o, e->order); });
    if (again != orders.end()) {
      orders.erase(again);
      ++e;
      continue;
    }
    if (e->pid > 0) ::kill(e->pid, SIGTERM);
    e = engines_.erase(e);
  }
  for (plugin::EngineOrder& order : orders) {
    if (order.argv.empty()) continue;
    if (!order.notice.empty()) base::log::warning("engine " + order.instance + ": " + order.notice);
    engines_.emplace_back().order = std::move(order);
  }
  tick();
  show();
}

bool Engines::reaped(pid_t pid, int status) {
  const auto e = std::find_if(engines_.begin(), engines_.end(), [&](const Engine& one) { return one.pid == pid; });
  if (e == engines_.end()) return false;
  e->pid = 0;
  e->pause = pause_before_restart(e->pause, Clock::now() - e->started);
  e->next_start = Clock::now() + e->pause;
  const std::string how = WIFSIGNALED(status) ? "of signal " + std::to_string(WTERMSIG(status)) : "with exit code " + std::to_string(WEXITSTATUS(status));
  base::log::error("engine " + e->order.instance + " ended " + how + "; again in " + std::to_string(e->pause.count()) + " s; what it said is in " +
                   e->order.directory + "/engine.out");
  show();
  return true;
}

void Engines::tick() {
  for (Engine& e : engines_) {
    if (e.pid == 0 && Clock::now() >= e.next_start) start(e);
    if (e.pid > 0 && !e.is_ready) watch_the_start(e);
  }
}

void Engines::watch_the_start(Engine& engine) {
  const auto age = Clock::now() - engine.started;
  if (takes_connections(engine.order.socket)) {
    engine.is_ready = true;
    base::log::info("engine " + engine.order.instance + " is ready after " + seconds_text(age));
    return show();
  }
  if (age < engine.order.start_timeout) return;
  base::log::error("engine " + engine.order.instance + " does not take connections on " + engine.order.socket + " within " +
                   seconds_text(engine.order.start_timeout) + " and is killed");
  ::kill(-engine.pid, SIGKILL);  // its group, which it makes first of all
  ::kill(engine.pid, SIGKILL);
}

// Asked first, then made to: nobody looks after them when we are gone.
void Engines::end_all() {
  for (const Engine& e : engines_)
    if (e.pid > 0) ::kill(e.pid, SIGTERM);
  const auto patience = support::Deadline::in(time_to_end);
  for (const Engine& e : engines_) {
    if (e.pid <= 0) continue;
    pid_t ended = 0;
    while ((ended = ::waitpid(e.pid, nullptr, WNOHANG)) == 0 && !patience.passed()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (ended != 0) continue;
    base::log::warning("engine " + e.order.instance + " does not end and is killed");
    ::kill(-e.pid, SIGKILL);
    ::kill(e.pid, SIGKILL);
    ::waitpid(e.pid, nullptr, 0);
  }
  engines_.clear();
}

void Engines::start(Engine& engine) {
  const pid_t pid = ::fork();
  if (pid == 0) exec_engine(engine.order, account_);
  if (pid < 0) {
    engine.next_start = Clock::now() + engine.pause;
    return;
  }
  engine.pid = pid;
  engine.started = Clock::now();
  engine.is_ready = false;
  base::log::info("engine " + engine.order.instance + " started, process " + std::to_string(pid));
  show();
}

void Engines::show() {
  size_t n = 0;
  for (const Engine& e : engines_) {
    if (n >= Scoreboard::max_engines) break;
    EngineState& s = board_.engines[n++];
    if (e.pid > 0 && s.pid != e.pid) s.starts++;
    s.pid = e.pid;
    s.is_starting = e.pid > 0 && !e.is_ready;
    s.name.set(e.order.instance);
    s.notice.set(e.order.notice);
  }
  for (; n < Scoreboard::max_engines; ++n) board_.engines[n].name.set("");
}

}  // namespace postern::daemon
