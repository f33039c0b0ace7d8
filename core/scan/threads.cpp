// SPDX-License-Identifier: MIT
#include "scan/threads.h"

#include <utility>

namespace postern::scan {

Threads::~Threads() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  tasks_there_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Threads::start(Task task) {
  {
    const std::scoped_lock lock(mutex_);
    // Who has finished is on his way back to the queue, or there already.
    if (unfinished_ == threads_.size()) threads_.emplace_back([this] { work(); });
    tasks_.push_back(std::move(task));
    ++unfinished_;
  }
  tasks_there_.notify_one();
}

void Threads::wait() {
  std::unique_lock lock(mutex_);
  all_done_.wait(lock, [this] { return unfinished_ == 0; });
}

void Threads::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    tasks_there_.wait(lock, [this] { return is_ending_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    const Task task = std::exchange(tasks_.back(), {});
    tasks_.pop_back();
    lock.unlock();
    task();
    lock.lock();
    if (--unfinished_ == 0) all_done_.notify_one();
  }
}

}  // namespace postern::scan
