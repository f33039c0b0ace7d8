// SPDX-License-Identifier: MIT
#include "scan/threads.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <thread>

#include "base/failure.h"
#include "base/fibers.h"
#include "base/unique_fd.h"

namespace postern::scan {
namespace {

// One thread tells another that it is its turn.
class Signal {
 public:
  Signal() : fd_(::eventfd(0, EFD_CLOEXEC)) {
    if (!fd_) base::throw_errno("eventfd");
  }
  void give() { ::eventfd_write(fd_.get(), 1); }
  void await() {
    pollfd p{fd_.get(), POLLIN, 0};
    while (base::poll_last(&p, 1, -1) <= 0) {}
    eventfd_t count = 0;
    while (::eventfd_read(fd_.get(), &count) != 0 && errno == EINTR) {}
  }

 private:
  base::UniqueFd fd_;
};

}  // namespace

struct Threads::Helper {
  // All but the signals belongs to whose turn it is.
  const Task* task = nullptr;  // none: to end
  std::exception_ptr failure;
  bool is_idle = true;  // the owner's
  Signal there, done;
  std::thread thread;

  void work() {
    for (;;) {
      there.await();
      if (!task) return;
      try {
        (*task)();
      } catch (...) {
        failure = std::current_exception();
      }
      done.give();
    }
  }
};

Threads::Threads() = default;

Threads::~Threads() {
  for (const auto& helper : helpers_) {
    helper->task = nullptr;
    helper->there.give();
    helper->thread.join();
  }
}

Threads::Helper& Threads::idle() {
  const auto found = std::find_if(helpers_.begin(), helpers_.end(), [](const auto& helper) { return helper->is_idle; });
  if (found != helpers_.end()) return **found;
  auto helper = std::make_unique<Helper>();
  helpers_.reserve(helpers_.size() + 1);  // nothing throws once the thread runs
  helper->thread = std::thread([helper = helper.get()] { helper->work(); });
  helpers_.push_back(std::move(helper));
  return *helpers_.back();
}

void Threads::run(const Task& task) {
  Helper& helper = idle();
  helper.task = &task;
  helper.failure = nullptr;
  helper.is_idle = false;
  helper.there.give();
  helper.done.await();
  helper.is_idle = true;
  if (helper.failure) std::rethrow_exception(helper.failure);
}

}  // namespace postern::scan
