// SPDX-License-Identifier: MIT
#include "turn.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include <postern/plugin.hpp>
#include <postern/support/wait.h>

namespace postern::clamscan {
namespace {

// flock() knows no deadline, so we ask again and again; beside the seconds that a run takes this is nothing.
constexpr std::chrono::milliseconds between{50};

[[noreturn]] void fail(int fd, postern_rc rc, const std::string& text) {
  if (fd >= 0) ::close(fd);
  throw Error(rc, text);
}

}  // namespace

Turn::Turn(const std::string& database, const support::Deadline& deadline) : fd_(::open(database.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (fd_ < 0) fail(fd_, POSTERN_E_IO, "cannot open " + database + ": " + std::strerror(errno));
  while (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) fail(fd_, POSTERN_E_IO, "cannot lock " + database + ": " + std::strerror(errno));
    if (deadline.passed()) fail(fd_, POSTERN_E_TIMEOUT, "no time left: the clamscan of another mail has not ended");
    support::pause(between, deadline);
  }
}

Turn::~Turn() { ::close(fd_); }

}  // namespace postern::clamscan
