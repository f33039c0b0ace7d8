// SPDX-License-Identifier: MIT
#include "daemon/privilege.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/failure.h"
#include "base/unique_fd.h"

namespace postern::daemon {

std::optional<Account> find_account(const std::string& name) {
  const passwd* found = ::getpwnam(name.c_str());
  if (!found) return std::nullopt;
  return Account{name, found->pw_uid, found->pw_gid};
}

void become(const Account& account) {
  if (::geteuid() != 0) return;
  if (::initgroups(account.name.c_str(), account.gid) != 0 || ::setgid(account.gid) != 0 || ::setuid(account.uid) != 0)
    base::throw_errno("become user", account.name);
  if (::setuid(0) == 0) throw base::TemporaryFailure("user " + account.name + " could become root again");
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void own_directory(const std::string& path, mode_t mode, const Account* account, std::optional<gid_t> group) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw base::TemporaryFailure("cannot make the directory " + path + ": " + error.message());
  if (::geteuid() == 0 && account && ::chown(path.c_str(), account->uid, group.value_or(account->gid)) != 0) base::throw_errno("chown", path);
  if (::chmod(path.c_str(), mode) != 0 && ::geteuid() == 0) base::throw_errno("chmod", path);
}

void own_file(const std::string& path, const Account* account) {
  if (path.empty()) return;
  const base::UniqueFd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!file) base::throw_errno("open the log", path);
  if (::geteuid() == 0 && account && ::fchown(file.get(), account->uid, account->gid) != 0) base::throw_errno("chown", path);
}

}  // namespace postern::daemon
