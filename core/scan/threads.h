// SPDX-License-Identifier: MIT
// Threads that stay from mail to mail: to start one costs as much as the question most scanners are asked in it. As many as there were ever
// tasks at once. Owned by one thread, which alone calls run(). While no task runs the process may fork: idle threads hold no lock.
#pragma once
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
  ~Threads();

  // Runs task in another thread until it has returned; in a task of base::Fibers the others go on meanwhile. What it throws is thrown here.
  // Errors: std::system_error (no more threads), then it is not run.
  void run(const Task& task);

 private:
  struct Helper;
  Helper& idle();

  std::vector<std::unique_ptr<Helper>> helpers_;
};

}  // namespace postern::scan
