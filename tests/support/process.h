// SPDX-License-Identifier: MIT
// A program started by a test: with arguments, maybe as another user, its output heard line by line through a pipe. It
// ends with this value, by its process id, never by its name. Every wait has a limit. Errors: std::system_error. A
// sanitizer's report in what it, or a process it started, wrote to standard error fails the test.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/unique_fd.h"

namespace postern::testing {

using Time = std::chrono::milliseconds;

struct ProcessOptions {
  std::string user = {};   // run as; empty: as we are
  std::string input = {};  // on its standard input, at most what a pipe holds
};

// Started from a thread that outlives it: it is killed when that thread ends, so that nothing outlives a test that
// crashed.
class Process {
 public:
  explicit Process(const std::vector<std::string>& argv, const ProcessOptions& options = {});
  ~Process();  // kills and waits
  Process(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool is_running() const;
  void signal(int number) const;
  // The exit code, or 128 + the signal's number; nullopt when it still runs after limit.
  std::optional<int> wait(Time limit);

  // What it and the processes it started have written to standard error (and output) so far.
  std::string log() const;
  std::string output() const;
  // True once text stands in the log, after the first `from` bytes; false after limit, or when nobody can write there
  // any more.
  bool wait_for_log(const std::string& text, Time limit, size_t from = 0) const;
  // True once it and all that inherited its standard error have ended.
  bool wait_for_silence(Time limit) const;

 private:
  pid_t pid_ = -1;
  mutable std::optional<int> exit_code_;
  base::UniqueFd out_, err_;
  mutable std::mutex mutex_;
  mutable std::condition_variable heard_;
  std::string output_, log_;
  bool is_silent_ = false;
  base::UniqueFd stop_;  // closed: the listener ends
  std::jthread listener_;
};

struct Ended {
  int exit_code;
  std::string out, err;
};
// Runs to the end. Throws std::runtime_error when it takes longer than limit.
Ended run(const std::vector<std::string>& argv, Time limit = std::chrono::seconds(30),
          const ProcessOptions& options = {});

// Of running processes whose parent is pid, by name as in /proc/PID/comm; empty name: all.
std::vector<pid_t> children_of(pid_t pid, const std::string& name = {});
// True once no process has this id.
bool wait_for_end(pid_t pid, Time limit);

}  // namespace postern::testing
