// SPDX-License-Identifier: MIT
#include "scan/threads.h"

#include <semaphore.h>

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>

namespace postern::scan {

// A semaphore of the C library, which asks the kernel once; C++'s own looks again and again first, and we wait for scanners, not for cycles.
class Threads::Signal {
 public:
  Signal() { ::sem_init(&semaphore_, 0, 0); }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  ~Signal() { ::sem_destroy(&semaphore_); }
  void give() { ::sem_post(&semaphore_); }
  void await() {
    while (::sem_wait(&semaphore_) != 0 && errno == EINTR) {}
  }

 private:
  sem_t semaphore_;
};

// Its task is the owner's while it is idle, and the thread's own otherwise.
struct Threads::Helper {
  Task task;  // none: to end
  std::atomic<bool> is_idle = true;
  Signal task_there;
  std::thread thread;
};

Threads::Threads() : all_done_(std::make_unique<Signal>()) {}

Threads::~Threads() {
  wait();
  for (const auto& helper : helpers_) {
    helper->task_there.give();
    helper->thread.join();
  }
}

void Threads::start(Task task) {
  const auto is_idle = [](const std::unique_ptr<Helper>& helper) { return helper->is_idle.load(std::memory_order_acquire); };
  auto found = std::find_if(helpers_.begin(), helpers_.end(), is_idle);
  if (found == helpers_.end()) {
    auto helper = std::make_unique<Helper>();
    helpers_.reserve(helpers_.size() + 1);  // nothing throws once the thread runs
    helper->thread = std::thread([this, helper = helper.get()] { work(*helper); });
    found = helpers_.insert(helpers_.end(), std::move(helper));
  }
  Helper& helper = **found;
  helper.task = std::move(task);
  helper.is_idle.store(false, std::memory_order_relaxed);
  unfinished_.fetch_add(1, std::memory_order_relaxed);
  helper.task_there.give();
}

void Threads::wait() {
  if (unfinished_.fetch_sub(1) != 1) all_done_->await();
  unfinished_ = 1;
}

void Threads::work(Helper& helper) {
  for (;;) {
    helper.task_there.await();
    if (!helper.task) return;
    helper.task();
    helper.task = nullptr;  // before wait() returns: what it refers to ends then
    helper.is_idle.store(true, std::memory_order_release);
    if (unfinished_.fetch_sub(1) == 1) all_done_->give();
  }
}

}  // namespace postern::scan
