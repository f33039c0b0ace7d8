// SPDX-License-Identifier: MIT
#include "plugin/spawn.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/failure.h"
#include "base/fibers.h"
#include "base/sealed_file.h"
#include "base/unique_fd.h"
#include "plugin/handles.h"

namespace postern::plugin {
namespace {

constexpr size_t error_output_limit = 64 * 1024;
constexpr rlim_t most_files = 1024, most_processes_memory = rlim_t{4} << 30;
constexpr uint32_t spawned_size = 48;
static_assert(sizeof(postern_spawned) == spawned_size);

struct Order {
  std::vector<std::string> argv;
  std::string_view input;
  bool has_input = false;
  uint64_t max_output = 0;
  support::Deadline deadline;
};

struct Result {
  postern_rc rc = POSTERN_OK;
  int status = 0;
  std::string out, err, reason;
  bool cut = false;
};

// Mode 0700, with a name nobody can guess; removed with all that is in it.
class PrivateDirectory {
 public:
  PrivateDirectory() {
    const char* place = ::getenv("TMPDIR");
    path_ = std::string(place && *place == '/' ? place : "/tmp") + "/postern-spawn-XXXXXX";
    if (!::mkdtemp(path_.data())) base::throw_errno("make a directory for a command", path_);
  }
  ~PrivateDirectory() {
    std::error_code ignored;  // nothing can be done about it here
    std::filesystem::remove_all(path_, ignored);
  }
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string write_part(const std::string& directory, std::string_view bytes) {
  std::string path = directory + "/part";
  const base::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) base::throw_errno("create", path);
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("write", path);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return path;
}

struct Pipe {
  base::UniqueFd reader, writer;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) base::throw_errno("pipe");
  return {base::UniqueFd(ends[0]), base::UniqueFd(ends[1])};
}

// What the child needs, made before the fork: between fork and exec only async-signal-safe calls are allowed, because
// other threads of this process may hold any lock.
struct Child {
  std::vector<char*> argv, environment;
  const char* directory = nullptr;
  int input = -1, output = -1, error = -1, failure = -1;
  pid_t parent = ::getpid();
};

[[noreturn]] void child(const Child& self) {
  ::setpgid(0, 0);
  // A worker that is killed at its deadline takes its command along, and no command gains what we have not.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (::getppid() != self.parent) ::_exit(126);  // killed before the first of these
  ::dup2(self.input, 0);
  ::dup2(self.output, 1);
  ::dup2(self.error, 2);
  const rlimit no_core{0, 0}, files{most_files, most_files}, memory{most_processes_memory, most_processes_memory};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::setrlimit(RLIMIT_DATA, &memory);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  if (::chdir(self.directory) == 0) ::execve(self.argv.front(), self.argv.data(), self.environment.data());
  const int reason = errno;
  const ssize_t told = ::write(self.failure, &reason, sizeof reason);
  ::_exit(told == ssize_t{sizeof reason} ? 127 : 126);
}

// A running command; whatever happens, its group is killed and it is reaped.
class Process {
 public:
  explicit Process(pid_t pid) : pid_(pid) { ::setpgid(pid, pid); }
  ~Process() { end(); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Kills what is left of the group and returns the status of the command itself.
  int end() {
    if (pid_ < 0) return status_;
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
    return status_;
  }
  // Waits for the command to end by itself; false at the deadline. The group is not touched.
  bool wait(const support::Deadline& deadline) {
    while (true) {
      siginfo_t info{};
      if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_)
        return true;
      if (deadline.passed()) return false;
      base::poll(nullptr, 0, std::min(deadline.left_ms(), 5));
    }
  }

 private:
  pid_t pid_;
  int status_ = 0;
};

// Takes what is there; closes the pipe at its end. cut: more came than limit.
void take(base::UniqueFd& pipe, std::string& into, uint64_t limit, bool& cut) {
  char chunk[16 * 1024];
  const ssize_t n = ::read(pipe.get(), chunk, sizeof chunk);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (n <= 0) return pipe.reset();
  const auto room = static_cast<size_t>(std::min<uint64_t>(limit - into.size(), static_cast<uint64_t>(n)));
  into.append(chunk, room);
  if (room < static_cast<size_t>(n)) cut = true;
}

// Both outputs until their ends; POSTERN_E_TIMEOUT at the deadline. A command past max_output is not worth waiting for.
postern_rc collect(base::UniqueFd& out, base::UniqueFd& err, const Order& order, Result& result) {
  bool error_cut = false;
  while ((out || err) && !result.cut) {
    pollfd waiting[2] = {{out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}};  // a negative descriptor is ignored
    const int ready = base::poll(waiting, 2, order.deadline.left_ms());
    if (ready < 0 && errno != EINTR) base::throw_errno("poll");
    if (ready <= 0 && order.deadline.passed()) return POSTERN_E_TIMEOUT;
    if (ready <= 0) continue;
    if (waiting[0].revents) take(out, result.out, order.max_output, result.cut);
    if (waiting[1].revents) take(err, result.err, error_output_limit, error_cut);
  }
  return POSTERN_OK;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> all;
  for (std::string& each : strings) all.push_back(each.data());
  all.push_back(nullptr);
  return all;
}

base::UniqueFd sealed(std::string_view input) {
  base::SealedFile file;
  file.write(input);
  base::UniqueFd fd = file.seal();
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

// The input is a sealed memfd and not a pipe: it needs no writer of ours beside the readers, and a command that does
// not read it to the end cannot block.
Result run_command(Order order) {
  Result result;
  const PrivateDirectory directory;
  const auto is_path = [](const std::string& word) { return word == "{path}"; };
  if (std::any_of(order.argv.begin(), order.argv.end(), is_path))
    std::replace_if(order.argv.begin(), order.argv.end(), is_path, write_part(directory.path(), order.input));
  const base::UniqueFd input = order.has_input ? sealed(order.input) : base::UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Pipe out = make_pipe(), err = make_pipe(), failure = make_pipe();
  std::vector<std::string> environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                          "LC_ALL=C", "TMPDIR=" + directory.path()};
  const Child self{pointers(order.argv),     pointers(environment),
                   directory.path().c_str(), input.get(),
                   out.writer.get(),         err.writer.get(),
                   failure.writer.get()};
  const pid_t pid = ::fork();
  if (pid < 0) base::throw_errno("fork");
  if (pid == 0) child(self);
  Process process(pid);
  out.writer.reset();
  err.writer.reset();
  failure.writer.reset();

  int reason = 0;
  if (::read(failure.reader.get(), &reason, sizeof reason) == ssize_t{sizeof reason}) {
    result.rc = reason == ENOENT || reason == EACCES ? POSTERN_E_UNAVAILABLE : POSTERN_E_IO;
    result.reason = "cannot run " + order.argv.front() + ": " + std::strerror(reason);
    return result;
  }
  result.rc = collect(out.reader, err.reader, order, result);
  if (result.rc == POSTERN_OK && !result.cut && !process.wait(order.deadline)) result.rc = POSTERN_E_TIMEOUT;
  result.status = process.end();
  if (result.rc == POSTERN_E_TIMEOUT)
    result.reason = order.argv.front() + " did not end before the deadline and was killed";
  return result;
}

postern_rc checked_order(JobRecord& job, postern_inst self, const char* const* argv, postern_part stdin_part,
                         uint64_t max_output, Order& order) {
  if (job.instance->handle != self) return POSTERN_E_STALE;
  const auto instance = find_instance(self);
  if (!instance || !instance->may_spawn) return POSTERN_E_DENIED;
  if (!argv || !argv[0] || argv[0][0] != '/') return POSTERN_E_ARGUMENT;
  for (; *argv; ++argv) order.argv.emplace_back(*argv);
  order.max_output = max_output;
  order.deadline = job.view->deadline();
  if (stdin_part == 0) return POSTERN_OK;
  const auto part = job.part_index(stdin_part);
  if (!part) return POSTERN_E_STALE;
  order.input = job.view->bytes(*part);
  order.has_input = true;
  return POSTERN_OK;
}

// The job is not locked while the command runs, so that other threads of the plug-in can ask for the time; its bytes
// stay where they are until the job ends, and it ends only when this call has returned.
postern_rc spawn(postern_inst self, postern_job handle, const char* const* argv, postern_part stdin_part,
                 uint64_t max_output, postern_spawned* out) {
  try {
    Order order;
    {
      const JobLock job(handle);
      const postern_rc rc = !job ? POSTERN_E_STALE
                            : !out || out->size < spawned_size
                                ? POSTERN_E_ARGUMENT
                                : checked_order(*job, self, argv, stdin_part, max_output, order);
      if (rc < 0) {
        contract_violation("spawn.run", "stale handle, wrong argument, or not granted");
        return rc;
      }
    }
    Result result = run_command(std::move(order));
    const JobLock job(handle);
    if (!job) return POSTERN_E_STALE;
    if (!result.reason.empty()) job->reason = result.reason;
    const std::string& kept_out = job->keep(std::move(result.out));
    const std::string& kept_err = job->keep(std::move(result.err));
    out->flags = result.cut ? uint32_t{POSTERN_SPAWN_OUTPUT_CUT} : 0;
    out->exit_status = WIFEXITED(result.status) ? WEXITSTATUS(result.status) : -1;
    out->signal = WIFSIGNALED(result.status) ? WTERMSIG(result.status) : 0;
    out->out = {kept_out.data(), kept_out.size()};
    out->err = {kept_err.data(), kept_err.size()};
    return result.rc;
  } catch (const std::bad_alloc&) {
    return POSTERN_E_MEMORY;
  } catch (...) {
    return POSTERN_E_IO;
  }
}

}  // namespace

const postern_spawn& spawn_service() {
  static constexpr postern_spawn service = {sizeof(postern_spawn), 0, spawn};
  return service;
}

}  // namespace postern::plugin
