// SPDX-License-Identifier: MIT
#include "base/content.h"

#include <sys/stat.h>

#include <utility>

#include "base/failure.h"
#include "base/sealed_file.h"

namespace postern::base {

Content Content::unread(UniqueFd fd) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw_errno("fstat");
  Content content;
  content.fd_ = std::move(fd);
  content.size_ = static_cast<uint64_t>(status.st_size);
  return content;
}

Content::Content(UniqueFd fd) {
  *this = unread(std::move(fd));
  view_ = FileView(fd_.get(), size_);
}

Content Content::of(std::string_view bytes) {
  SealedFile file;
  file.write(bytes);
  return Content(file.seal());
}

}  // namespace postern::base
