// SPDX-License-Identifier: MIT
// All bytes of a file that cannot change any more, for reading. What is not very large is copied into memory that this process uses
// again and again, since making, touching and removing a mapping costs more: each few pages a fault, and all other threads an interrupt in
// the end. What is larger is mapped. Errors: std::system_error. Any thread. Not in a child that is forked meanwhile: it finds zeros.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::base {

class FileView {
 public:
  FileView() = default;
  // size bytes of fd from offset on; it stays the caller's and may be closed at once. They must be there. More than largest_copy of them
  // only from offset 0.
  FileView(int fd, uint64_t size, uint64_t offset = 0);
  FileView(FileView&& other) noexcept;
  FileView& operator=(FileView&& other) noexcept;
  ~FileView();

  std::string_view bytes() const { return {data_, size_}; }

  static constexpr size_t largest_copy = 8 << 20;  // so much more memory a view may need

 private:
  const char* data_ = nullptr;
  size_t size_ = 0;
  void* block_ = nullptr;  // what data_ points into; to be given back with block_size_
  size_t block_size_ = 0;
};

}  // namespace postern::base
