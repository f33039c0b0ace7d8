// SPDX-License-Identifier: MIT
// What it costs to examine one mail: time, and memory here in the worker and over there in the unpacker. For a test
// that is its own worker, so that the unpacker is a child of this process. Peaks are the kernel's: nothing is missed
// between two looks, and an unpacker that was killed is counted too.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace postern::testing {

// This process's unpackers: one, or none before the first mail and after one that was killed.
std::vector<pid_t> unpackers();

struct Cost {
  std::chrono::milliseconds wall{};
  std::chrono::nanoseconds processor{};  // of worker and unpacker; one that was killed has taken its own along
  uint64_t worker = 0, unpacker = 0;     // bytes by which the peak of resident memory lies above what it was before
};

// What no mail may cost, in words; empty: it did not. Of memory nothing is said under a sanitizer, which needs its own.
// mail_size: the mail itself is mapped, which counts as resident where it is read.
std::vector<std::string> excesses(const Cost& cost, uint64_t mail_size);

class Meter {
 public:
  Meter();            // begins
  Cost stop() const;  // what was spent since

 private:
  struct Reading {
    pid_t process = 0;
    uint64_t resident = 0;
    std::chrono::nanoseconds processor{};
  };
  static Reading reading(pid_t process);

  Reading worker_;
  std::vector<Reading> unpackers_;
  uint64_t largest_dead_ = 0;  // the peak of the largest child that has ended so far
  std::chrono::steady_clock::time_point begin_;
};

}  // namespace postern::testing
