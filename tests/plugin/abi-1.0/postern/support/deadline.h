// SPDX-License-Identifier: MIT
// A point in time by which something must be done, on the monotonic clock, so that a stepped wall clock moves nothing.
// Every blocking call takes one; a share of it is another Deadline.
#pragma once
#include <algorithm>
#include <chrono>

namespace postern::support {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;  // CLOCK_MONOTONIC: the same in every process of the machine
  using Duration = std::chrono::milliseconds;

  Deadline() : at_(Clock::time_point::max()) {}  // never
  explicit Deadline(Clock::time_point at) : at_(at) {}
  static Deadline in(Duration d) { return Deadline(Clock::now() + d); }
  static Deadline never() { return Deadline(); }

  bool is_never() const { return at_ == Clock::time_point::max(); }
  bool passed() const { return !is_never() && Clock::now() >= at_; }
  // Never negative; a day for "never", so that it can be added and compared.
  Duration left() const {
    if (is_never()) return std::chrono::hours(24);
    return std::max(Duration(0), std::chrono::ceil<Duration>(at_ - Clock::now()));
  }
  // For poll(2).
  int left_ms() const { return static_cast<int>(std::min<Duration::rep>(left().count(), 24 * 3600 * 1000)); }
  // The earlier of this one and d from now.
  Deadline at_most(Duration d) const { return Deadline(std::min(at_, Clock::now() + d)); }
  Deadline earlier_by(Duration d) const { return is_never() ? *this : Deadline(at_ - d); }
  Clock::time_point at() const { return at_; }

 private:
  Clock::time_point at_;
};

}  // namespace postern::support
