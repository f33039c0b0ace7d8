// SPDX-License-Identifier: MIT
// "postern scanners disable" and "enable": the administrator takes a scanner out of service for a time, because its engine is being
// repaired or finds what is none. It comes back by itself. Never the last one of malware. [control]
#pragma once
#include <chrono>
#include <string>

#include "daemon/scoreboard.h"

namespace postern::daemon {

struct Switched {
  bool done = false;
  std::string text;  // what was done, or why not
};
Switched disable(Scoreboard& board, const std::string& scanner, std::chrono::seconds time);
Switched enable(Scoreboard& board, const std::string& scanner);

}  // namespace postern::daemon
