// SPDX-License-Identifier: MIT
// Several pieces of work that mostly wait, side by side in one thread: each has a stack of its own, and while it waits by base::poll() the
// others go on. So a worker asks all its scanners without waking a thread for each. Owned by one thread, which alone calls everything; not
// to be used from within a task. Stacks stay for the next tasks. Work that computes keeps the others waiting and belongs in a thread.
#pragma once
#include <poll.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "postern/support/deadline.h"

namespace postern::base {

// As poll(2), milliseconds < 0: for ever. In a task of Fibers the others go on meanwhile, and a call that is marked (progress.h) waits no
// longer than its deadline; anywhere else it is poll(2). Who holds a lock must not wait here: a task of the same thread may want it, too.
int poll(pollfd* descriptors, nfds_t count, int milliseconds);
// The same, where the task only works out its result from what comes and asks nobody anything any more. When that happens is all one to
// whoever needs the results of all, so it is left until the others have come, for the patience of Fibers at most: one wake-up for many.
int poll_last(pollfd* descriptors, nfds_t count, int milliseconds);

class Fibers {
 public:
  using Task = std::function<void()>;

  // patience: how long what has come may lie; whoever sent it may have more to send than a socket holds.
  explicit Fibers(std::chrono::milliseconds patience = std::chrono::milliseconds(500));
  Fibers(const Fibers&) = delete;
  Fibers& operator=(const Fibers&) = delete;
  ~Fibers();  // waits for what has not ended

  // Runs task, which must not throw, until it waits for the first time. Errors: std::bad_alloc (no stack), then it is not run.
  // usual: how long such a task takes; of those in poll_last() the longest is waited for first. nullopt: its poll_last() is poll(), so that
  // it ends as soon as it can.
  void start(Task task, std::optional<std::chrono::microseconds> usual = std::nullopt);
  // Lets the tasks go on, each as soon as what it waits for is there, until enough() is true (asked whenever one has gone on), the deadline has
  // passed, or all have ended.
  void run(const std::function<bool()>& enough, const support::Deadline& deadline);
  // Until all have ended.
  void finish();

 private:
  friend int poll(pollfd*, nfds_t, int);
  friend int poll_last(pollfd*, nfds_t, int);
  class Fiber;

  bool is_finished() const;
  void wait(const support::Deadline& deadline);
  enum class Watched { all, hurried, longest };
  Watched watch_some();
  void watch_all();
  int poll_watched(const support::Deadline& deadline);

  std::chrono::milliseconds patience_;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::vector<pollfd> descriptors_;  // of those that are watched; kept for its memory
};

}  // namespace postern::base
