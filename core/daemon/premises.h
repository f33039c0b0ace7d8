// SPDX-License-Identifier: MIT
// Who the daemon's processes run as, and the directories and log files they find. [master]
#pragma once
#include <optional>
#include <string>

#include "config/configuration.h"
#include "daemon/privilege.h"

namespace postern::daemon {

struct Accounts {  // none: not started as root, everything runs as whoever started it
  std::optional<Account> user, engine_user;
  const Account* owner() const { return user ? &*user : nullptr; }
};
// nullopt: an account is missing or is root; the log says which.
std::optional<Accounts> find_accounts(const config::DaemonSettings& settings);

// Makes what is missing. Errors: base::TemporaryFailure with a text for the administrator.
void furnish(const config::Configuration& configuration, const Accounts& accounts);

std::string engine_directory(const config::Configuration& configuration);

}  // namespace postern::daemon
