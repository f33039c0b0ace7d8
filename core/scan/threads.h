// SPDX-License-Identifier: MIT
// Threads that stay from mail to mail: to start one costs as much as the question most scanners are asked in it, and to wake one costs
// two calls of the kernel and no lock. As many as there were ever tasks at once. Owned by a process that scans one mail at a time, whose
// one thread alone calls start() and wait(). While nothing has been started the process may fork: idle threads hold no lock.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <vector>

namespace postern::scan {

class Threads {
 public:
  using Task = std::function<void()>;

  Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads();  // waits for what runs

  // Runs task, which must not throw, in a thread beside this one. Errors: std::system_error (no more threads), then it is not run.
  void start(Task task);
  // Until every task that was started has returned.
  void wait();

 private:
  class Signal;
  struct Helper;
  void work(Helper& helper);

  std::vector<std::unique_ptr<Helper>> helpers_;
  std::atomic<int> unfinished_ = 1;  // tasks, and the owner until it waits: who comes to zero is the last
  std::unique_ptr<Signal> all_done_;
};

}  // namespace postern::scan
