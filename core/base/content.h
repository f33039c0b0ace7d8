// SPDX-License-Identifier: MIT
// Immutable bytes behind a descriptor: a mail as received, or the arena of its decoded parts. The mapping lives as long as
// the Content; the bytes cannot change or shrink (sealed memfd), or belong to an unlinked file nobody else can open.
// Errors: std::system_error.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/unique_fd.h"

namespace postern::base {

class Content {
 public:
  Content() = default;
  // Takes the descriptor over and maps all of it. Empty content is legal and maps nothing.
  explicit Content(UniqueFd fd);
  // A sealed memfd with these bytes: tests, notices, tools.
  static Content of(std::string_view bytes);
  Content(Content&& other) noexcept;
  Content& operator=(Content&& other) noexcept;
  ~Content();

  std::string_view bytes() const { return {data_, size_}; }
  uint64_t size() const { return size_; }
  int fd() const { return fd_.get(); }  // read it with pread(); its offset is shared between processes

 private:
  UniqueFd fd_;
  const char* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace postern::base
