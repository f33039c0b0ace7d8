// SPDX-License-Identifier: MIT
#include "daemon/signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace postern::daemon {

base::UniqueFd catch_signals(std::initializer_list<int> signals) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int s : signals) ::sigaddset(&set, s);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return base::UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

void take_signals(int descriptor, const std::function<void(int signal)>& heard) {
  signalfd_siginfo info;
  while (::read(descriptor, &info, sizeof info) == sizeof info) heard(static_cast<int>(info.ssi_signo));
}

void have_signals_of_a_child() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int s : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) ::signal(s, SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);
}

}  // namespace postern::daemon
