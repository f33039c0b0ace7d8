// SPDX-License-Identifier: MIT
// The one file that all decoded parts of a mail go to, from the side that writes it: append, read back, hand over. Small mails
// cost one write. What is read back is mapped without write permission, so that the file can be sealed in the end; large parts, which many
// decoders look through, are copied up to a limit.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_view.h"
#include "base/unique_fd.h"

namespace postern::decode {

class Arena {
 public:
  explicit Arena(base::UniqueFd fd) : fd_(std::move(fd)) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { unmap(); }

  uint64_t size() const { return written_ + pending_.size(); }
  bool append(std::string_view bytes);                          // false: the kernel's limit for the file is reached
  std::string_view view(uint64_t offset, uint64_t size);        // valid until unmap(). Errors: std::runtime_error
  bool flush();
  void unmap();

 private:
  base::UniqueFd fd_;
  uint64_t written_ = 0;
  std::string pending_;
  const char* map_ = nullptr;
  size_t mapped_ = 0, touched_ = 0;  // touched: so much of the mapping has its pages
  std::vector<std::pair<void*, size_t>> old_maps_;  // views handed out stay valid when the file has grown
  struct Copy {
    uint64_t offset;
    base::FileView bytes;
  };
  std::vector<Copy> copies_;  // of large parts, as many as cost less than their pages in the mapping
  size_t copied_ = 0;
};

}  // namespace postern::decode
