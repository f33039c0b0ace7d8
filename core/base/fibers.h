// SPDX-License-Identifier: MIT
// Several pieces of work that mostly wait, side by side in one thread: each has a stack of its own, and while it waits by base::poll() the
// others go on. So a worker asks all its scanners without waking a thread for each. Owned by one thread, which alone calls everything; not
// to be used from within a task. Stacks stay for the next tasks. Work that computes keeps the others waiting and belongs in a thread.
#pragma once
#include <poll.h>

#include <functional>
#include <memory>
#include <vector>

#include "postern/support/deadline.h"

namespace postern::base {

// As poll(2), milliseconds < 0: for ever. In a task of Fibers the others go on meanwhile, and a call that is marked (progress.h) waits no
// longer than its deadline; anywhere else it is poll(2). Who holds a lock must not wait here: a task of the same thread may want it, too.
int poll(pollfd* descriptors, nfds_t count, int milliseconds);

class Fibers {
 public:
  using Task = std::function<void()>;

  Fibers();
  Fibers(const Fibers&) = delete;
  Fibers& operator=(const Fibers&) = delete;
  ~Fibers();  // waits for what has not ended

  // Runs task, which must not throw, until it waits for the first time. Errors: std::bad_alloc (no stack), then it is not run.
  void start(Task task);
  // Lets the tasks go on, each as soon as what it waits for is there, until enough() is true (asked whenever one has gone on), the deadline has
  // passed, or all have ended.
  void run(const std::function<bool()>& enough, const support::Deadline& deadline);
  // Until all have ended.
  void finish();

 private:
  friend int poll(pollfd*, nfds_t, int);
  class Fiber;

  bool is_finished() const;
  void wait(const support::Deadline& deadline);

  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::vector<pollfd> watched_;  // kept for its memory
};

}  // namespace postern::base
