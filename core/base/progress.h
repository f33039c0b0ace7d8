// SPDX-License-Identifier: MIT
// Where a worker is, as its parent can see it when the worker cannot speak any more: the room, and each call into a plug-in with
// the time at which it must be over. Lives in shared memory; the worker writes, generation and reception read. A zeroed one is idle.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "postern/support/deadline.h"

namespace postern::base {

enum class Room : uint32_t { idle, receive, decode, scan, judge, act, report };
inline const char* name(Room room) {
  switch (room) {
    case Room::idle: return "idle";
    case Room::receive: return "receive";
    case Room::decode: return "decode";
    case Room::scan: return "scan";
    case Room::judge: return "judge";
    case Room::act: return "act";
    case Room::report: return "report";
  }
  return "?";
}

struct Progress {
  static constexpr size_t max_calls = 16;  // plug-ins at work at the same time in one worker; more are not watched singly

  struct Call {
    std::atomic<uint32_t> instance{0};       // index of the instance + 1; 0: free
    std::atomic<int64_t> kill_after_ns{0};   // steady clock; 0: not said yet, or it waits while others have the thread
    int64_t deadline_ns = 0;                 // the worker's own, INT64_MAX: never
    bool is_last = true;                     // the worker's own
  };

  std::atomic<uint32_t> room{0};
  std::atomic<int64_t> kill_after_ns{0};     // the mail as a whole; 0: no limit
  std::atomic<uint32_t> guilty{0};           // index + 1 of the instance a crash or a kill is laid to
  std::array<Call, max_calls> calls;

  void enter(Room r) { room.store(static_cast<uint32_t>(r), std::memory_order_relaxed); }
  void reset() {
    room = 0;
    kill_after_ns = 0;
    guilty = 0;
    for (Call& c : calls) c.kill_after_ns = 0, c.instance = 0;
  }
};

// The call this thread is in at the moment, for the crash handler: async-signal-safe to read.
inline thread_local Progress::Call* current_call = nullptr;

// Marks one call into a plug-in for as long as it lives. grace: what a call may overrun its deadline by before its process is killed.
// is_last: the same instance is not called again for this mail.
class CallMark {
 public:
  CallMark(Progress& progress, uint32_t instance, const support::Deadline& deadline, std::chrono::milliseconds grace, bool is_last = true) {
    for (Progress::Call& call : progress.calls) {
      uint32_t free = 0;
      if (!call.instance.compare_exchange_strong(free, instance + 1)) continue;
      call_ = &call;
      const auto end = deadline.is_never() ? support::Deadline::Clock::time_point::max() : deadline.at() + grace;
      call.deadline_ns = deadline.at().time_since_epoch().count();
      call.is_last = is_last;
      call.kill_after_ns = end.time_since_epoch().count();
      break;
    }
    current_call = call_;
  }
  CallMark(const CallMark&) = delete;
  CallMark& operator=(const CallMark&) = delete;
  ~CallMark() {
    current_call = nullptr;
    if (!call_) return;
    call_->kill_after_ns = 0;  // before the place is free: the next call must not be killed by our time
    call_->instance = 0;
  }

 private:
  Progress::Call* call_ = nullptr;
};

// nullopt: this thread is in no call, or in one without a deadline.
inline std::optional<support::Deadline::Clock::time_point> end_of_current_call() {
  using Clock = support::Deadline::Clock;
  if (!current_call || current_call->deadline_ns == INT64_MAX) return std::nullopt;
  return Clock::time_point(Clock::duration(current_call->deadline_ns));
}

inline bool current_call_is_last() { return !current_call || current_call->is_last; }

// While it lives, the call this thread is in waits, and the thread is another's (fibers.h): whatever happens is not this call's doing. When
// it goes on after its deadline, because another has kept the thread, it has its grace still before it.
class CallPause {
 public:
  CallPause() : call_(std::exchange(current_call, nullptr)) {
    if (call_) kill_after_ns_ = call_->kill_after_ns.exchange(0);
  }
  CallPause(const CallPause&) = delete;
  CallPause& operator=(const CallPause&) = delete;
  ~CallPause() {
    current_call = call_;
    if (!call_) return;
    const int64_t late = support::Deadline::Clock::now().time_since_epoch().count() - call_->deadline_ns;
    call_->kill_after_ns = kill_after_ns_ + std::max<int64_t>(late, 0);
  }

 private:
  Progress::Call* call_;
  int64_t kill_after_ns_ = 0;
};

}  // namespace postern::base
