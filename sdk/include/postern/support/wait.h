// SPDX-License-Identifier: MIT
// Waiting that lets the host run other scanners meanwhile, where it offers that (postern/wait.h) and the plug-in has "waits"; elsewhere
// poll(2). Whatever of this SDK waits, waits here.
#pragma once
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstddef>

#include <postern/support/deadline.h>
#include <postern/wait.h>

namespace postern::support {

// The host's, or null. Written before the process forks, see plugin.hpp; each library has its own.
[[gnu::visibility("hidden")]] inline const postern_wait* host_wait = nullptr;

// As poll(2). Any thread.
inline int poll(pollfd* descriptors, nfds_t count, int milliseconds) {
  return host_wait ? host_wait->poll(descriptors, count, milliseconds) : ::poll(descriptors, count, milliseconds);
}

// As poll(2), for a wait of which the call's result is made and after which nobody is asked any more: it may come back when the host has
// heard of others, too (postern/wait.h).
inline int poll_last(pollfd* descriptors, nfds_t count, int milliseconds) {
  const bool is_offered = host_wait && host_wait->size >= offsetof(postern_wait, poll_last) + sizeof host_wait->poll_last;
  return is_offered ? host_wait->poll_last(descriptors, count, milliseconds) : support::poll(descriptors, count, milliseconds);
}

// Lets time pass, to the deadline at most.
inline void pause(std::chrono::milliseconds time, const Deadline& deadline) {
  support::poll(nullptr, 0, static_cast<int>(std::min(time, deadline.left()).count()));
}

}  // namespace postern::support
