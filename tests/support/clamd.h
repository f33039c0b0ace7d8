// SPDX-License-Identifier: MIT
// A real clamd in a private directory with a small database: EICAR and ClamAV's own test file. It can be killed,
// stopped and started again on the same socket. Needs /usr/sbin/clamd (Debian: clamav-daemon) and throws
// std::runtime_error that says so where it is missing.
#pragma once
#include <memory>
#include <string>

#include "support/daemon.h"

namespace postern::testing {

class Clamd {
 public:
  explicit Clamd(const std::string& more_configuration = {});  // lines of clamd.conf
  ~Clamd();
  // One for the whole test program, started at the first call; nobody may hurt it.
  static Clamd& shared();

  std::string socket() const { return directory_.path() / "clamd.sock"; }
  pid_t pid() const { return process_ ? process_->pid() : -1; }
  bool is_running() const { return process_ && process_->is_running(); }

  void start();   // returns when it answers PING
  void kill();    // SIGKILL, and waits
  void freeze();  // SIGSTOP: it takes connections and says nothing
  void thaw();
  // Gives it so many more signatures, of files that do not exist, and has it read its database anew: a million take
  // seconds. Returns at once; is_reloaded() once it knows them.
  void reload(size_t more_signatures);
  bool is_reloaded() const;

  // The database and what a configuration needs, for others that run clamd.
  static std::string database(const Directory& directory);

 private:
  bool answers() const;

  std::string ask(std::string_view command) const;  // throws StreamError

  Directory directory_;
  std::unique_ptr<Process> process_;
  size_t reloads_ = 0;
};

}  // namespace postern::testing
