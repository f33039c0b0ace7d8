// SPDX-License-Identifier: MIT
#include "base/content.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <utility>

#include "base/failure.h"
#include "base/sealed_file.h"

namespace postern::base {

Content::Content(UniqueFd fd) : fd_(std::move(fd)) {
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) throw_errno("fstat");
  size_ = static_cast<size_t>(status.st_size);
  if (size_ == 0) return;
  // Private: before Linux 6.7 a sealed memfd cannot be mapped shared, not even for reading.
  void* at = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd_.get(), 0);
  if (at == MAP_FAILED) throw_errno("mmap");
  data_ = static_cast<const char*>(at);
}

Content Content::of(std::string_view bytes) {
  SealedFile file;
  file.write(bytes);
  return Content(file.seal());
}

Content::Content(Content&& other) noexcept
    : fd_(std::move(other.fd_)), data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Content& Content::operator=(Content&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Content::~Content() {
  if (data_) ::munmap(const_cast<char*>(data_), size_);
}

}  // namespace postern::base
