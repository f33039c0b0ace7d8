// SPDX-License-Identifier: MIT
// One process at a time, for as long as the object lives. A lock on the directory itself: it needs no file, and the
// kernel lets go of it when the process dies. Held for moments only, so it waits without a limit. Errors:
// std::system_error.
#pragma once
#include <fcntl.h>
#include <sys/file.h>

#include <string>

#include "base/failure.h"
#include "base/unique_fd.h"

namespace postern::quarantine {

class DirectoryLock {
 public:
  // Opens the directory for itself: a descriptor from before a fork would share its lock with the other process.
  explicit DirectoryLock(const std::string& directory)
      : fd_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (!fd_) base::throw_errno("open", directory);
    while (::flock(fd_.get(), LOCK_EX) != 0)
      if (errno != EINTR) base::throw_errno("lock", directory);
  }
  int fd() const { return fd_.get(); }

 private:
  base::UniqueFd fd_;
};

}  // namespace postern::quarantine
