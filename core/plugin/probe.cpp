// SPDX-License-Identifier: MIT
#include "plugin/probe.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>

#include "base/failure.h"
#include "base/foreign_code.h"
#include "base/unique_fd.h"
#include "base/wire.h"
#include "plugin/descriptor.h"
#include "plugin/library.h"
#include "postern/support/deadline.h"

namespace postern::plugin {
namespace {

constexpr std::chrono::milliseconds limit{5000};

std::string encode(const Problems& problems) {
  base::WireWriter writer;
  writer.list(problems, [](base::WireWriter& w, const base::Problem& p) {
    w.u32(static_cast<uint32_t>(p.severity)).text(p.id).text(p.text).text(p.hint);
  });
  return writer.take();
}

Problems decode(std::string_view bytes) {
  base::WireReader reader(bytes);
  return reader.list<base::Problem>([](base::WireReader& r) {
    base::Problem problem;
    problem.severity = static_cast<Severity>(r.u32());
    problem.id = r.text();
    problem.text = r.text();
    problem.hint = r.text();
    return problem;
  });
}

[[noreturn]] void child(const std::string& file, int answer) {
  ::setpgid(0, 0);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  base::exit_at_once();
  base::crash_at_once();
  Problems problems;
  try {
    problems = read_library(file, open_library(file)).problems;
  } catch (const LibraryError& failure) {
    add_error(problems, "PLUGIN-OPEN-FAILED", file + " cannot be opened: " + failure.what(),
              "most often a library it needs is missing: install the packages the plug-in's vendor names");
  } catch (...) {
    ::_exit(2);  // the entry threw through C: that is a crash
  }
  const std::string bytes = encode(problems);
  const bool sent = ::write(answer, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  ::_exit(sent ? 0 : 1);
}

// Reads until the child closes its end; false when the time is over first.
bool read_answer(int pipe, const support::Deadline& deadline, std::string& answer) {
  while (true) {
    pollfd waiting{pipe, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, deadline.left_ms());
    if (ready < 0 && errno != EINTR) base::throw_errno("poll");
    if (ready <= 0 && deadline.passed()) return false;
    if (ready <= 0) continue;
    char chunk[4096];
    const ssize_t n = ::read(pipe, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("read from the probe process");
    if (n == 0) return true;
    answer.append(chunk, static_cast<size_t>(n));
  }
}

int reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

std::string ending(int status) {
  if (WIFSIGNALED(status))
    return std::string("was killed by signal ") + std::to_string(WTERMSIG(status)) + " (" +
           ::strsignal(WTERMSIG(status)) + ")";
  return "ended the process with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Problems probe_library(const std::string& file) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) base::throw_errno("pipe");
  const base::UniqueFd reader(ends[0]);
  base::UniqueFd writer(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) base::throw_errno("fork");
  if (pid == 0) child(file, writer.get());
  ::setpgid(pid, pid);  // by both, so that it holds whoever runs first
  writer.reset();

  std::string answer;
  const bool in_time = read_answer(reader.get(), support::Deadline::in(limit), answer);
  if (!in_time) ::kill(-pid, SIGKILL);
  const int status = reap(pid);
  ::kill(-pid, SIGKILL);  // whatever it may have started
  try {
    if (in_time && WIFEXITED(status) && WEXITSTATUS(status) == 0) return decode(answer);
  } catch (const base::WireError&) {
    // The library ended the process itself, with status 0 and before the answer was written.
  }

  Problems problems;
  if (!in_time)
    add_error(problems, "PLUGIN-PROBE-TIMEOUT", file + " refused: opening it took more than 5 s",
              "its constructor or entry waits for something: ask its vendor");
  else
    add_error(problems, "PLUGIN-PROBE-CRASHED", file + " refused: opening it in a process of its own " + ending(status),
              "the file is damaged or faulty: install it again, or ask its vendor");
  return problems;
}

}  // namespace postern::plugin
