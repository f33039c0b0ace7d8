// SPDX-License-Identifier: MIT
// The caretaker at the side door: a local socket where the command line asks how we are and has quarantined mail released. One request
// a connection: a line of words; the answer is an exit code on a line of its own and then text. Each request has a process of its own,
// so a hanging release does not hold up a status. [control]
#pragma once
#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "config/configuration.h"
#include "daemon/scoreboard.h"

namespace postern::daemon {

[[noreturn]] void run_control(std::shared_ptr<const config::Configuration> configuration, base::UniqueFd socket, Scoreboard& board);

// The answer to "status" and "status json".
std::string status_text(const config::Configuration& configuration, const Scoreboard& board);
std::string status_json(const config::Configuration& configuration, const Scoreboard& board);

}  // namespace postern::daemon
