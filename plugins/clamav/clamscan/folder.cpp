// SPDX-License-Identifier: MIT
#include "folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <postern/plugin.hpp>

namespace postern::clamscan {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path) { throw Error(POSTERN_E_IO, what + " " + path + ": " + std::strerror(errno)); }

class File {
 public:
  explicit File(const std::string& path) : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (fd_ < 0) fail("cannot create", path);
  }
  ~File() { ::close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ssize_t write(std::string_view bytes) const { return ::write(fd_, bytes.data(), bytes.size()); }

 private:
  int fd_;
};

}  // namespace

// Where commands that the host runs have their files, too.
Folder::Folder() {
  const char* place = ::getenv("TMPDIR");
  path_ = std::string(place && *place == '/' ? place : "/tmp") + "/postern-clamscan-XXXXXX";
  if (!::mkdtemp(path_.data())) fail("cannot make", path_);
}

Folder::~Folder() {
  std::error_code ignored;  // nothing can be done about it here
  std::filesystem::remove_all(path_, ignored);
}

void Folder::add(std::string_view bytes) {
  const std::string path = path_ + "/" + std::to_string(files_);
  const File file(path);
  while (!bytes.empty()) {
    const ssize_t n = file.write(bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("cannot write", path);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  ++files_;
}

}  // namespace postern::clamscan
