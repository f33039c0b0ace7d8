// SPDX-License-Identifier: MIT
// A real spamd in a private directory with a handful of rules, so that it starts within a second or two and its answers take
// milliseconds. It can be killed, stopped, told to reload and started again on the same socket. Needs /usr/sbin/spamd
// (Debian: spamd, spamassassin).
#pragma once
#include <memory>
#include <string>

#include "support/daemon.h"

namespace postern::testing {

class Spamd {
 public:
  static bool is_installed();

  Spamd();   // throws std::runtime_error where it does not start
  ~Spamd();  // its children end with it

  std::string socket() const { return directory_.path() / "spamd.sock"; }

  void start();   // returns when it answers PING
  void kill();    // SIGKILL to it and its children, and waits
  void freeze();  // SIGSTOP to it and its children: it takes connections and says nothing
  void thaw();
  void reload();  // SIGHUP: reads its rules anew, on a new socket of the same name

 private:
  bool answers() const;
  void signal_all(int number) const;

  Directory directory_;
  std::unique_ptr<Process> process_;
};

}  // namespace postern::testing
