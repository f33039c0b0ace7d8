// SPDX-License-Identifier: MIT
// Who a process runs as. The master may be root; everything else is not. Errors: base::TemporaryFailure with a text for the administrator.
#pragma once
#include <optional>
#include <string>
#include <sys/types.h>

namespace postern::daemon {

struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

std::optional<Account> find_account(const std::string& name);

// For good: groups, group, user; and no way back by exec. Does nothing when the process is not root.
void become(const Account& account);

// Makes the directory (parents too) with this owner and mode, or corrects an existing one.
void own_directory(const std::string& path, mode_t mode, const Account* account, std::optional<gid_t> group = {});

// Makes the log file with this owner, so that the processes that may write it need no rights to its directory. "" is no file.
void own_file(const std::string& path, const Account* account);

}  // namespace postern::daemon
