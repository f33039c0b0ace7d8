// SPDX-License-Identifier: MIT
// Immutable bytes behind a descriptor: a mail as received, or the arena of its decoded parts. They cannot change or shrink (sealed
// memfd), or belong to an unlinked file nobody else can open. Errors: std::system_error.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/file_view.h"
#include "base/unique_fd.h"

namespace postern::base {

class Content {
 public:
  Content() = default;
  // Takes the descriptor over and has all of it at hand.
  explicit Content(UniqueFd fd);
  // For who hands the descriptor on and never looks: bytes() is empty.
  static Content unread(UniqueFd fd);
  // A sealed memfd with these bytes: tests, notices, tools.
  static Content of(std::string_view bytes);

  std::string_view bytes() const { return view_.bytes(); }
  uint64_t size() const { return size_; }
  int fd() const { return fd_.get(); }  // read it with pread(); its offset is shared between processes

 private:
  UniqueFd fd_;
  uint64_t size_ = 0;
  FileView view_;
};

}  // namespace postern::base
