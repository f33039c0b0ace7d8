// SPDX-License-Identifier: MIT
#include "base/fibers.h"

#include <cxxabi.h>

#include <algorithm>
#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include "base/progress.h"
#include "base/switched_stack.h"

namespace postern::base {
namespace {

using Clock = support::Deadline::Clock;

// Plug-ins are promised one MiB; only what is touched is memory.
constexpr size_t stack_size = 2 * 1024 * 1024;

// Which exceptions are being handled (Itanium C++ ABI 2.2.2) is told for each thread, so each task takes its own along.
struct Exceptions {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

Exceptions exchange(const Exceptions& other) {
  auto* const here = reinterpret_cast<Exceptions*>(abi::__cxa_get_globals());
  return std::exchange(*here, other);
}

}  // namespace

class Fibers::Fiber {
 public:
  Fiber() : Fiber(boost::context::protected_fixedsize_stack(stack_size)) {}
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber() { resume(); }  // without a task: to its end

  bool is_idle() const { return !task_; }
  // What its task waits for.
  const pollfd* descriptors() const { return descriptors_; }
  nfds_t count() const { return count_; }
  const std::optional<Clock::time_point>& until() const { return until_; }
  // Since when, where what comes may lie for a while.
  const std::optional<Clock::time_point>& unhurried_since() const { return unhurried_since_; }
  const std::optional<std::chrono::microseconds>& usual() const { return usual_; }

  void take(Task task, std::optional<std::chrono::microseconds> usual) {
    usual_ = usual;
    task_ = std::move(task);
    resume();
  }
  // What its descriptors are ready for; ready: how many, < 0: an error, errno.
  void go_on(const pollfd* descriptors, int ready, int error) {
    for (nfds_t n = 0; n < count_; ++n) descriptors_[n].revents = ready > 0 ? descriptors[n].revents : short{0};
    ready_ = ready;
    error_ = error;
    resume();
  }
  // For the task that runs in this thread, and poll(2) where none does. is_last: as poll_last().
  static int wait_here(pollfd* descriptors, nfds_t count, int milliseconds, bool is_last) {
    if (!current || milliseconds == 0) return ::poll(descriptors, count, milliseconds);
    return current->wait(descriptors, count, milliseconds, is_last);
  }
  int wait(pollfd* descriptors, nfds_t count, int milliseconds, bool is_last) {
    const Clock::time_point now = Clock::now();
    until_.reset();
    if (milliseconds > 0) until_ = now + std::chrono::milliseconds(milliseconds);
    if (const std::optional<Clock::time_point> end = end_of_current_call()) {
      if (*end <= now) return ::poll(descriptors, count, 0);  // who goes on asking stays on the board, where the parent sees it
      until_ = until_ ? std::min(*until_, *end) : *end;
    }
    unhurried_since_.reset();
    if (is_last && usual_) unhurried_since_ = now;
    descriptors_ = descriptors;
    count_ = count;
    leave();
    count_ = 0;
    errno = error_;
    return ready_;
  }

  static inline thread_local Fiber* current = nullptr;
  bool is_watched = false;  // by the next poll(2)

 private:
  explicit Fiber(boost::context::protected_fixedsize_stack allocator) : Fiber(allocator, allocator.allocate()) {}
  Fiber(boost::context::protected_fixedsize_stack& allocator, const boost::context::stack_context& stack)
      : switched_(static_cast<char*>(stack.sp) - stack.size, stack.size),
        context_(std::allocator_arg, boost::context::preallocated(stack.sp, stack.size, stack), allocator,
                 [this](boost::context::fiber&& owner) { return work(std::move(owner)); }) {}

  // In the owner's stack: lets the task run until it waits or ends.
  void resume() {
    current = this;
    const Exceptions owners = exchange(exceptions_);
    switched_.enter();
    context_ = std::move(context_).resume();
    switched_.has_come_back();
    exceptions_ = exchange(owners);
    current = nullptr;
  }
  // In its own stack: waits for the next resume().
  void leave() {
    const CallPause pause;
    switched_.leave();
    owner_ = std::move(owner_).resume();
    switched_.has_entered();
  }
  boost::context::fiber work(boost::context::fiber&& owner) {
    switched_.has_entered();
    owner_ = std::move(owner);
    while (task_) {
      task_();
      task_ = nullptr;  // before anybody hears of its end: what it refers to ends then
      leave();
    }
    switched_.leave_for_good();
    return std::move(owner_);
  }

  Task task_;
  pollfd* descriptors_ = nullptr;
  nfds_t count_ = 0;
  std::optional<Clock::time_point> until_;  // none: for ever
  std::optional<Clock::time_point> unhurried_since_;
  std::optional<std::chrono::microseconds> usual_;
  int ready_ = 0, error_ = 0;
  Exceptions exceptions_;  // its own while it waits
  SwitchedStack switched_;
  boost::context::fiber owner_;    // where to go on when it leaves
  boost::context::fiber context_;  // where to go on when it is resumed
};

int poll(pollfd* descriptors, nfds_t count, int milliseconds) { return Fibers::Fiber::wait_here(descriptors, count, milliseconds, false); }

int poll_last(pollfd* descriptors, nfds_t count, int milliseconds) {
  return Fibers::Fiber::wait_here(descriptors, count, milliseconds, current_call_is_last());
}

Fibers::Fibers(std::chrono::milliseconds patience) : patience_(patience) {}

Fibers::~Fibers() { finish(); }

void Fibers::start(Task task, std::optional<std::chrono::microseconds> usual) {
  auto found = std::find_if(fibers_.begin(), fibers_.end(), [](const auto& fiber) { return fiber->is_idle(); });
  if (found == fibers_.end()) found = fibers_.insert(fibers_.end(), std::make_unique<Fiber>());
  (*found)->take(std::move(task), usual);
}

bool Fibers::is_finished() const {
  return std::all_of(fibers_.begin(), fibers_.end(), [](const auto& fiber) { return fiber->is_idle(); });
}

void Fibers::run(const std::function<bool()>& enough, const support::Deadline& deadline) {
  while (!is_finished() && !enough() && !deadline.passed()) wait(deadline);
}

void Fibers::finish() {
  run([] { return false; }, support::Deadline::never());
}

// One poll(2) for all that wait, then those go on whose turn has come.
void Fibers::wait(const support::Deadline& deadline) {
  const Watched watched = watch_some();
  int ready = poll_watched(deadline);
  // The longest has come, or a time, of which nothing is to be made before what lies has been heard.
  if (watched == Watched::longest ? ready >= 0 : ready == 0 && watched != Watched::all) {
    watch_all();
    ready = poll_watched(support::Deadline::in(std::chrono::milliseconds(0)));
  }
  if (ready < 0 && errno == EINTR) return;
  const int error = ready < 0 ? errno : 0;
  const Clock::time_point now = Clock::now();
  const pollfd* at = descriptors_.data();
  for (const auto& fiber : fibers_) {
    if (!fiber->is_watched) continue;
    const pollfd* const its_own = at;
    at += fiber->count();
    const auto has_come = static_cast<int>(std::count_if(its_own, at, [](const pollfd& p) { return p.revents != 0; }));
    if (error != 0) fiber->go_on(its_own, -1, error);
    else if (has_come > 0 || (fiber->until() && *fiber->until() <= now)) fiber->go_on(its_own, has_come, 0);
  }
}

void Fibers::watch_all() {
  for (const auto& fiber : fibers_) fiber->is_watched = !fiber->is_idle();
}

// Those in a hurry, as long as there are any, and then who takes longest of the others.
Fibers::Watched Fibers::watch_some() {
  const Fiber* longest = nullptr;
  bool are_hurried = false, are_left = false;
  const Clock::time_point now = Clock::now();
  const auto is_patient = [&](const Fiber& fiber) { return fiber.unhurried_since() && now < *fiber.unhurried_since() + patience_; };
  for (const auto& fiber : fibers_) {
    if (fiber->is_idle()) continue;
    if (!is_patient(*fiber)) are_hurried = true;
    else if (!longest || *fiber->usual() > *longest->usual()) longest = fiber.get();
  }
  for (const auto& fiber : fibers_) {
    fiber->is_watched = !fiber->is_idle() && (are_hurried ? !is_patient(*fiber) : fiber.get() == longest);
    are_left = are_left || (!fiber->is_idle() && !fiber->is_watched);
  }
  if (!are_left) return Watched::all;
  return are_hurried ? Watched::hurried : Watched::longest;
}

// As poll(2), at the deadline or when a time comes for anybody, watched or not.
int Fibers::poll_watched(const support::Deadline& deadline) {
  descriptors_.clear();
  auto until = deadline.at();
  for (const auto& fiber : fibers_) {
    if (fiber->is_idle()) continue;
    if (fiber->until()) until = std::min(until, *fiber->until());
    if (fiber->is_watched) descriptors_.insert(descriptors_.end(), fiber->descriptors(), fiber->descriptors() + fiber->count());
    else until = std::min(until, *fiber->unhurried_since() + patience_);
  }
  const support::Deadline end(until);
  return ::poll(descriptors_.data(), descriptors_.size(), end.is_never() ? -1 : end.left_ms());
}

}  // namespace postern::base
