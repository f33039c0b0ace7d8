// SPDX-License-Identifier: MIT
#include "daemon/crash.h"

#include <signal.h>
#include <unistd.h>

#include <array>

namespace postern::daemon {
namespace {

base::Progress* blamed = nullptr;

void on_crash(int number) {  // async-signal-safe: plain stores and raise
  if (blamed && base::current_call) blamed->guilty = base::current_call->instance.load();
  ::signal(number, SIG_DFL);
  ::raise(number);
}

}  // namespace

void blame_crashes_on(base::Progress& progress) {
  blamed = &progress;
  // A stack of its own, because the overflow of the normal one is a crash too.
  static std::array<char, 64 * 1024> stack;
  stack_t alternative{};
  alternative.ss_sp = stack.data();
  alternative.ss_size = stack.size();
  ::sigaltstack(&alternative, nullptr);
  struct sigaction action {};
  action.sa_handler = on_crash;
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
  for (const int s : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::sigaction(s, &action, nullptr);
}

}  // namespace postern::daemon
