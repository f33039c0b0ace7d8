// SPDX-License-Identifier: MIT
// Waiting that lets the host run other scanners meanwhile, where it offers that (postern/wait.h) and the plug-in has "waits"; elsewhere
// poll(2). Whatever of this SDK waits, waits here.
#pragma once
#include <poll.h>

#include <algorithm>
#include <chrono>

#include <postern/support/deadline.h>
#include <postern/wait.h>

namespace postern::support {

// The host's, or null. Written before the process forks, see plugin.hpp; each library has its own.
[[gnu::visibility("hidden")]] inline const postern_wait* host_wait = nullptr;

// As poll(2). Any thread.
inline int poll(pollfd* descriptors, nfds_t count, int milliseconds) {
  return host_wait ? host_wait->poll(descriptors, count, milliseconds) : ::poll(descriptors, count, milliseconds);
}

// Lets time pass, to the deadline at most.
inline void pause(std::chrono::milliseconds time, const Deadline& deadline) {
  support::poll(nullptr, 0, static_cast<int>(std::min(time, deadline.left()).count()));
}

}  // namespace postern::support
