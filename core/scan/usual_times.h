// SPDX-License-Identifier: MIT
// How long each scanner took when it was last timed in this process. One that waits as the host wants it may find its answer later than it came
// (base::poll_last()), and then its time says nothing: so twice a minute it is timed, and waited for as if it were alone.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

namespace postern::scan {

class UsualTimes {
 public:
  using Clock = std::chrono::steady_clock;
  using Duration = std::chrono::microseconds;
  static constexpr std::chrono::seconds holds{30};

  // number: the scanner's, on the scoreboard. nullopt: it is to be timed.
  std::optional<Duration> of(uint32_t number, Clock::time_point now) const {
    const auto found = times_.find(number);
    if (found == times_.end() || now - found->second.at >= holds) return std::nullopt;
    return found->second.took;
  }
  void note(uint32_t number, Duration took, Clock::time_point now) { times_[number] = {took, now}; }

 private:
  struct Timed {
    Duration took{0};
    Clock::time_point at;
  };
  std::map<uint32_t, Timed> times_;
};

}  // namespace postern::scan
