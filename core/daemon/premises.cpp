// SPDX-License-Identifier: MIT
#include "daemon/premises.h"

#include <unistd.h>

#include "base/log.h"

namespace postern::daemon {

std::optional<Accounts> find_accounts(const config::DaemonSettings& settings) {
  if (::geteuid() != 0) return Accounts{};
  Accounts a;
  a.user = find_account(settings.user);
  a.engine_user = settings.engine_user.empty() ? a.user : find_account(settings.engine_user);
  if (a.user && a.engine_user && a.user->uid != 0 && a.engine_user->uid != 0) return a;
  base::log::error(
      "[daemon] user: \"" + (a.user ? settings.engine_user : settings.user) +
      "\" is not an unprivileged user of this system; create it (adduser --system --group postern) or name another");
  return std::nullopt;
}

void furnish(const config::Configuration& c, const Accounts& accounts) {
  const Account* user = accounts.owner();
  const Account* engine_user = accounts.engine_user ? &*accounts.engine_user : nullptr;
  own_directory(c.daemon.runtime_directory, 0755, nullptr);
  own_directory(engine_directory(c), 0755, engine_user);
  for (const plugin::InstanceSettings& i : c.instances)
    if (i.kind == plugin::Kind::scanner && i.enabled)
      own_directory(engine_directory(c) + "/scanner-" + i.name, 02775, engine_user,
                    user ? std::optional(user->gid) : std::nullopt);
  // Files for scanners' daemons, whose users are in our group: they and nobody else look into it.
  own_directory(c.daemon.runtime_directory + "/parts", 02750, user, user ? std::optional(user->gid) : std::nullopt);
  own_directory(c.quarantine_directory, 0750, user);
  for (const std::string& file : {c.daemon.mail_log, c.daemon.log.file}) own_file(file, user);
}

std::string engine_directory(const config::Configuration& c) {
  return c.daemon.runtime_directory + "/engines";
}

}  // namespace postern::daemon
