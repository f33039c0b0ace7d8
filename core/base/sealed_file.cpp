// SPDX-License-Identifier: MIT
#include "base/sealed_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

#include <utility>

#include "base/failure.h"

namespace postern::base {
namespace {

constexpr size_t buffered = 64 * 1024;

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno("write to the spool");
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

UniqueFd memory_file() {
  UniqueFd fd(::memfd_create("postern-mail", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) throw_errno("memfd_create");
  return fd;
}

}  // namespace

SealedFile::SealedFile(std::string directory, uint64_t memory_limit)
    : directory_(std::move(directory)), memory_limit_(memory_limit) {}

void SealedFile::write(std::string_view bytes) {
  size_ += bytes.size();
  if (pending_.size() + bytes.size() < buffered) {
    pending_.append(bytes);
    return;
  }
  put(pending_);
  pending_.clear();
  put(bytes);  // what is large is not copied first
}

UniqueFd SealedFile::seal() {
  put(pending_);
  if (on_disk_) {  // opened again without the right to write: scanners are given this descriptor
    UniqueFd reading(::open(("/proc/self/fd/" + std::to_string(fd_.get())).c_str(), O_RDONLY | O_CLOEXEC));
    if (!reading) throw_errno("open the spool file for reading");
    fd_.reset();
    return reading;
  }
  if (::fcntl(fd_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) throw_errno("seal the spool");
  return std::move(fd_);
}

void SealedFile::put(std::string_view bytes) {
  if (!on_disk_ && !directory_.empty() && size_ > memory_limit_) {
    UniqueFd disk(::open(directory_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!disk) throw_errno("open a spool file in", directory_);
    if (fd_) {
      off_t offset = 0;
      const auto written = static_cast<off_t>(written_);
      while (offset < written)
        if (::sendfile(disk.get(), fd_.get(), &offset, static_cast<size_t>(written - offset)) <= 0)
          throw_errno("move the spool to", directory_);
    }
    fd_ = std::move(disk);
    on_disk_ = true;
  }
  if (!fd_) fd_ = memory_file();
  write_all(fd_.get(), bytes);
  written_ += bytes.size();
}

}  // namespace postern::base
