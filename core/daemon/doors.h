// SPDX-License-Identifier: MIT
// The sockets the master listens on: those for mail, by address, and the two side doors of the tools. They stay while
// receptions come and go, so that a reload refuses nobody; a child takes those it serves and closes the rest. [master]
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "config/configuration.h"
#include "daemon/privilege.h"
#include "receive/reception.h"

namespace postern::daemon {

class Doors {
 public:
  // Binds what is not bound yet. Errors: base::TemporaryFailure; then nothing has changed for mail.
  void open(const config::Configuration& configuration, const Account* owner);
  void close_unused(const config::Configuration& configuration);
  void close();                                                // in a child: what it has not taken
  void take_down(const config::Configuration& configuration);  // at the end: local sockets lose their names

  // In a child.
  std::vector<receive::ListeningSocket> take_listeners(const config::Configuration& configuration);
  base::UniqueFd take_control() { return std::move(control_); }
  base::UniqueFd take_examine() { return std::move(examine_); }

 private:
  std::map<std::string, base::UniqueFd> mail_;  // by address
  base::UniqueFd control_, examine_;
};

}  // namespace postern::daemon
