// SPDX-License-Identifier: MIT
#include "quarantine/held_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <memory>

#include "base/failure.h"
#include "base/unique_fd.h"
#include "mail/ids.h"

namespace postern::quarantine {
namespace {

constexpr std::string_view temporary_prefix = ".tmp-";
constexpr time_t leftover_age = 3600;  // no mail is in work that long

struct CloseListing {
  void operator()(DIR* listing) const { ::closedir(listing); }
};

void write_all(int fd, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("write quarantine file", name);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

void write_durably(int directory, const std::string& name, const std::vector<std::string_view>& pieces) {
  base::UniqueFd fd(::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!fd) base::throw_errno("make quarantine file", name);
  for (const std::string_view piece : pieces) write_all(fd.get(), piece, name);
  if (::fsync(fd.get()) != 0) base::throw_errno("fsync quarantine file", name);
  if (::close(fd.release()) != 0) base::throw_errno("close quarantine file", name);
}

}  // namespace

HeldFile::HeldFile(int directory, const std::vector<std::string_view>& pieces)
    : directory_(directory), name_(std::string(temporary_prefix) + mail::new_mail_id()) {
  try {
    write_durably(directory_, name_, pieces);
  } catch (...) {
    ::unlinkat(directory_, name_.c_str(), 0);
    throw;
  }
}

HeldFile::~HeldFile() {
  if (!settled_) take_back();
}

void HeldFile::keep(const std::string& name) {
  if (::renameat(directory_, name_.c_str(), directory_, name.c_str()) != 0)
    base::throw_errno("name quarantine file", name);
  name_ = name;
  if (::fsync(directory_) != 0) {
    const int error = errno;
    take_back();
    throw std::system_error(error, std::generic_category(), "fsync the directory of quarantine file " + name);
  }
  settled_ = true;
}

void HeldFile::take_back() {
  ::unlinkat(directory_, name_.c_str(), 0);
  settled_ = true;
}

void remove_leftovers(int directory) {
  const int copy = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) base::throw_errno("open the quarantine directory");
  const std::unique_ptr<DIR, CloseListing> listing(::fdopendir(copy));
  if (!listing) {
    ::close(copy);
    base::throw_errno("list the quarantine directory");
  }
  const time_t now = ::time(nullptr);
  while (const dirent* found = ::readdir(listing.get())) {
    const std::string_view name = found->d_name;
    struct stat status {};
    if (name.substr(0, temporary_prefix.size()) != temporary_prefix) continue;
    if (::fstatat(directory, found->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode)) continue;
    if (now - status.st_mtime > leftover_age) ::unlinkat(directory, found->d_name, 0);
  }
}

}  // namespace postern::quarantine
