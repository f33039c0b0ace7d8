// SPDX-License-Identifier: MIT
// Files for a scanner that opens them itself: "0", "1", "2" ... in a new folder, in the order in which they are added. The folder is removed
// with this value. Errors: postern::Error (POSTERN_E_IO), with the path and why.
#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include <postern/plugin.hpp>

namespace postern::support {

class ScanFolder {
 public:
  enum class Readers {
    ours,  // this user: commands that we run
    group  // and the group of this user: daemons, whose user must be in it
  };

  // Makes the folder below place, which must exist; empty: where temporary files go.
  explicit ScanFolder(const std::string& place, Readers readers)
      : path_((place.empty() ? temporary_place() : place) + "/postern-scan-XXXXXX"), readers_(readers) {
    if (!::mkdtemp(path_.data())) fail("cannot make", path_);
    if (readers == Readers::group && ::chmod(path_.c_str(), 0750) != 0) fail("cannot give to the group", path_);
  }
  // "": folders can be made below place. Otherwise why not, for people.
  static std::string problem_with(const std::string& place) {
    if (::access(place.c_str(), W_OK | X_OK) == 0) return {};
    return "no files can be made in " + place + ": " + std::strerror(errno);
  }
  ~ScanFolder() {
    std::error_code ignored;  // nothing can be done about it here
    std::filesystem::remove_all(path_, ignored);
  }
  ScanFolder(const ScanFolder&) = delete;
  ScanFolder& operator=(const ScanFolder&) = delete;

  // Returns the new file's path.
  std::string add(std::string_view bytes) {
    std::string path = path_ + "/" + std::to_string(files_);
    const File file(path);
    if (readers_ == Readers::group && ::fchmod(file.fd, 0640) != 0) fail("cannot give to the group", path);
    while (!bytes.empty()) {
      const ssize_t n = ::write(file.fd, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail("cannot write", path);
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    ++files_;
    return path;
  }
  const std::string& path() const { return path_; }
  size_t files() const { return files_; }

 private:
  struct File {
    explicit File(const std::string& path) : fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
      if (fd < 0) fail("cannot create", path);
    }
    ~File() { ::close(fd); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int fd;
  };

  // Where commands that the host runs have their files, too.
  static std::string temporary_place() {
    const char* place = ::getenv("TMPDIR");
    return place && *place == '/' ? place : "/tmp";
  }
  [[noreturn]] static void fail(const std::string& what, const std::string& path) {
    throw Error(POSTERN_E_IO, what + " " + path + ": " + std::strerror(errno));
  }

  std::string path_;
  Readers readers_;
  size_t files_ = 0;
};

}  // namespace postern::support
