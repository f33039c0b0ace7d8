// SPDX-License-Identifier: MIT
// Threads that stay from mail to mail: to start one costs as much as the question most scanners are asked in it. As many as there were
// ever tasks at once. Owned by a process that scans one mail at a time, which alone calls start() and wait(). While nothing has been
// started the process may fork: idle threads hold no lock.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace postern::scan {

class Threads {
 public:
  using Task = std::function<void()>;

  Threads() = default;
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads();  // waits for what runs

  // Runs task, which must not throw, in a thread beside this one. Errors: std::system_error (no more threads), then it is not run.
  void start(Task task);
  // Until every task that was started has returned.
  void wait();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable tasks_there_, all_done_;
  std::vector<Task> tasks_;
  size_t unfinished_ = 0;
  bool is_ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace postern::scan
