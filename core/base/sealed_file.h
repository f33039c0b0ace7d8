// SPDX-License-Identifier: MIT
// Bytes on their way into an immutable file: collected in memory while small, written to a memfd, or past a size to an
// unlinked file on disk, and sealed. Nothing is fsynced: until the final reply Postfix still has the mail.
// Errors: std::system_error (no space, no descriptors).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace postern::base {

class SealedFile {
 public:
  // Content past memory_limit bytes goes to an O_TMPFILE in directory; an empty directory means always memory.
  explicit SealedFile(std::string directory = {}, uint64_t memory_limit = UINT64_MAX);

  void write(std::string_view bytes);
  uint64_t size() const { return size_; }

  // No byte can be added, changed or cut off afterwards. The object is spent.
  UniqueFd seal();

 private:
  void put(std::string_view bytes);

  std::string directory_;
  uint64_t memory_limit_;
  UniqueFd fd_;
  bool on_disk_ = false;
  uint64_t size_ = 0, written_ = 0;
  std::string pending_;  // one write(2) for a small mail instead of one for each line
};

}  // namespace postern::base
