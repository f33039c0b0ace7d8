// SPDX-License-Identifier: MIT
// What a worker may allocate: a plug-in that allocates without end hurts its own worker, not the machine, and what one
// leaks comes back with the next worker. [worker]
#pragma once
#include <cstdint>

namespace postern::daemon {

class MemoryLimit {
 public:
  // From now on this process may allocate `beyond` more than it has. Errors: std::system_error.
  explicit MemoryLimit(uint64_t beyond);

  // More than half of it is gone: time for a fresh process.
  bool is_half_used() const;

 private:
  uint64_t at_start_, beyond_;
};

}  // namespace postern::daemon
