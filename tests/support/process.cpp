// SPDX-License-Identifier: MIT
#include "support/process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "base/failure.h"
#include "postern/support/deadline.h"
#include "support/sanitizer.h"

namespace postern::testing {
namespace {

using support::Deadline;

struct Pipe {
  base::UniqueFd read, write;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) base::throw_errno("pipe");
    read.reset(ends[0]);
    write.reset(ends[1]);
  }
};

// Between fork and exec nothing may allocate: another thread may have held the allocator's lock.
struct Exec {
  std::vector<char*> argv;
  const passwd* user = nullptr;
  int in, out, err;
};

[[noreturn]] void become(const Exec& e) {
  ::dup2(e.in, 0);
  ::dup2(e.out, 1);
  ::dup2(e.err, 2);
  ::close_range(3, ~0u, 0);
  if (e.user && (::setgroups(0, nullptr) != 0 || ::setgid(e.user->pw_gid) != 0 || ::setuid(e.user->pw_uid) != 0))
    ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::execv(e.argv[0], e.argv.data());
  ::_exit(127);
}

int code_of(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Process::Process(const std::vector<std::string>& argv, const ProcessOptions& options) {
  Pipe in, out, err, stop;
  if (!options.input.empty() && ::write(in.write.get(), options.input.data(), options.input.size()) < 0)
    base::throw_errno("write");
  in.write.reset();
  Exec e;
  for (const std::string& a : argv) e.argv.push_back(const_cast<char*>(a.c_str()));
  e.argv.push_back(nullptr);
  if (!options.user.empty() && !(e.user = ::getpwnam(options.user.c_str())))
    throw std::runtime_error("no user " + options.user);
  e.in = in.read.get();
  e.out = out.write.get();
  e.err = err.write.get();
  pid_ = ::fork();
  if (pid_ < 0) base::throw_errno("fork");
  if (pid_ == 0) become(e);
  out_ = std::move(out.read);
  err_ = std::move(err.read);
  stop_ = std::move(stop.write);
  listener_ = std::jthread([this, stopped = std::move(stop.read)]() mutable {
    pollfd p[3] = {{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}, {stopped.get(), POLLIN, 0}};
    while (p[0].fd >= 0 || p[1].fd >= 0) {
      if (::poll(p, 3, -1) < 0) continue;
      bool any = false;
      for (int i = 0; i < 2; ++i) {
        if (!p[i].revents) continue;
        any = true;
        char chunk[16384];
        const ssize_t n = ::read(p[i].fd, chunk, sizeof chunk);
        const std::lock_guard lock(mutex_);
        if (n > 0)
          (i == 0 ? output_ : log_).append(chunk, static_cast<size_t>(n));
        else
          p[i].fd = -1;
        heard_.notify_all();
      }
      if (!any && p[2].revents) break;
    }
    const std::lock_guard lock(mutex_);
    is_silent_ = true;
    heard_.notify_all();
  });
}

Process::~Process() {
  if (is_running()) {
    signal(SIGKILL);
    wait(std::chrono::seconds(10));
  }
  stop_.reset();
  listener_.join();
  if (const std::string report = sanitizer_report(log_); !report.empty())
    ADD_FAILURE() << "a sanitizer said of process " << pid_ << " or one that it started:\n" << report;
}

bool Process::is_running() const {
  const std::lock_guard lock(mutex_);
  if (exit_code_) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_) exit_code_ = code_of(status);
  return !exit_code_;
}

void Process::signal(int number) const {
  if (is_running()) ::kill(pid_, number);
}

std::optional<int> Process::wait(Time limit) {
  if (!is_running()) return exit_code_;
  const base::UniqueFd end(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  pollfd p{end.get(), POLLIN, 0};
  ::poll(&p, 1, static_cast<int>(patient(limit).count()));
  is_running();
  return exit_code_;
}

std::string Process::log() const {
  const std::lock_guard lock(mutex_);
  return log_;
}

std::string Process::output() const {
  const std::lock_guard lock(mutex_);
  return output_;
}

bool Process::wait_for_log(const std::string& text, Time limit, size_t from) const {
  std::unique_lock lock(mutex_);
  const auto stands = [&] { return log_.find(text, std::min(from, log_.size())) != std::string::npos; };
  heard_.wait_for(lock, patient(limit), [&] { return stands() || is_silent_; });
  return stands();
}

bool Process::wait_for_silence(Time limit) const {
  std::unique_lock lock(mutex_);
  return heard_.wait_for(lock, patient(limit), [&] { return is_silent_; });
}

Ended run(const std::vector<std::string>& argv, Time limit, const ProcessOptions& options) {
  Process process(argv, options);
  const auto code = process.wait(limit);
  if (!code || !process.wait_for_silence(limit))
    throw std::runtime_error(argv[0] + " did not end in time; it said: " + process.log());
  return {*code, process.output(), process.log()};
}

std::vector<pid_t> children_of(pid_t parent, const std::string& name) {
  std::vector<pid_t> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string number = entry.path().filename();
    if (number.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream in(entry.path() / "stat");
    std::string stat;
    std::getline(in, stat);
    // "pid (comm) state ppid …"; the name may hold anything, so the last ")" ends it.
    const size_t open = stat.find('('), close = stat.rfind(')');
    if (close == std::string::npos || close + 4 > stat.size() || stat[close + 2] == 'Z') continue;
    const std::string comm = stat.substr(open + 1, close - open - 1);
    if (std::atoi(stat.c_str() + close + 4) == parent && (name.empty() || comm == name))
      found.push_back(std::stoi(number));
  }
  return found;
}

bool wait_for_end(pid_t pid, Time limit) {
  const base::UniqueFd end(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!end) return errno == ESRCH;
  pollfd p{end.get(), POLLIN, 0};
  return ::poll(&p, 1, static_cast<int>(patient(limit).count())) == 1;
}

}  // namespace postern::testing
