// SPDX-License-Identifier: MIT
#include "daemon/memory_limit.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/failure.h"
#include "base/unique_fd.h"

namespace postern::daemon {
namespace {

// Pages of private writable memory, as RLIMIT_DATA counts them: the sixth number of proc(5) statm. 0: unknown.
uint64_t allocated() {
  const base::UniqueFd fd(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  char text[256];
  const ssize_t n = fd ? ::read(fd.get(), text, sizeof text - 1) : 0;
  if (n <= 0) return 0;
  text[n] = 0;
  unsigned long long pages = 0;
  if (std::sscanf(text, "%*u %*u %*u %*u %*u %llu", &pages) != 1) return 0;
  return pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

MemoryLimit::MemoryLimit(uint64_t beyond) : at_start_(allocated()), beyond_(beyond) {
#ifndef POSTERN_SANITIZED  // sanitizers reserve terabytes of address space
  rlimit limit{};
  if (::getrlimit(RLIMIT_DATA, &limit) != 0) base::throw_errno("getrlimit");
  limit.rlim_cur = std::min<rlim_t>(at_start_ + beyond_, limit.rlim_max);  // soft: the unpacker sets its own
  if (::setrlimit(RLIMIT_DATA, &limit) != 0) base::throw_errno("setrlimit");
#endif
}

bool MemoryLimit::is_half_used() const {
  return allocated() > at_start_ + beyond_ / 2;
}

}  // namespace postern::daemon
