// SPDX-License-Identifier: MIT
// For a forked process of ours before it runs code of others. Destructors, buffers and handlers that it inherited are
// its parent's: exit() must not run them a second time, and a crash is an answer that its parent waits for.
#pragma once
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <initializer_list>

namespace postern::base {

// exit(), called by whomever, ends this process and does nothing else.
inline void exit_at_once() {
  ::on_exit([](int status, void*) { ::_exit(status); }, nullptr);
}

// A crash ends it by its signal, whatever handlers the parent has.
inline void crash_at_once() {
  for (const int s : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::signal(s, SIG_DFL);
}

}  // namespace postern::base
