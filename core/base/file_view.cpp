// SPDX-License-Identifier: MIT
#include "base/file_view.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <tuple>
#include <utility>
#include <vector>

#include "base/failure.h"

namespace postern::base {
namespace {

constexpr size_t small_block = 1 << 20;
constexpr size_t huge_page = 2 << 20;
constexpr size_t most_kept = 2;  // of each kind: a mail, and what was decoded of it

void* map(size_t size, int flags, int fd) {
  void* at = ::mmap(nullptr, size, fd < 0 ? PROT_READ | PROT_WRITE : PROT_READ, flags, fd, 0);
  if (at == MAP_FAILED) throw_errno("mmap");
  return at;
}

// A process that is forked, an unpacker say, finds nothing of our mails in it.
void* map_block(size_t size) {
  void* block = map(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  if (::madvise(block, size, MADV_WIPEONFORK) != 0) {
    ::munmap(block, size);
    throw_errno("madvise");
  }
  return block;
}

// Blocks that nobody uses now. Never destroyed: a view may live longer than what is static.
class Shelf {
 public:
  static Shelf& one() {
    static auto* const shelf = new Shelf;
    return *shelf;
  }

  // Large ones are for mails that come in a row: the first small one shows that this is over.
  std::pair<void*, size_t> take(size_t size) {
    const bool is_small = size <= small_block;
    // A large one has room to begin where a huge page can; what is not touched costs nothing.
    const size_t room = is_small ? small_block : (size + huge_page - 1) / huge_page * huge_page + huge_page;
    {
      const std::scoped_lock lock(mutex_);
      if (is_small) clear(large_);
      Blocks& blocks = is_small ? small_ : large_;
      const auto fits = std::find_if(blocks.begin(), blocks.end(), [&](const Block& b) { return b.second >= room; });
      if (fits != blocks.end()) {
        const Block block = *fits;
        blocks.erase(fits);
        return block;
      }
      if (!is_small) clear(large_);  // too small for this one: not worth its memory
    }
    void* block = map_block(room);
    if (!is_small) ::madvise(block, room, MADV_HUGEPAGE);  // a wish
    return {block, room};
  }

  void give_back(void* block, size_t size) {
    const std::scoped_lock lock(mutex_);
    Blocks& blocks = size == small_block ? small_ : large_;
    if (blocks.size() < most_kept) blocks.emplace_back(block, size);
    else ::munmap(block, size);
  }

 private:
  using Block = std::pair<void*, size_t>;
  using Blocks = std::vector<Block>;
  static void clear(Blocks& blocks) {
    for (const auto& [at, size] : blocks) ::munmap(at, size);
    blocks.clear();
  }

  std::mutex mutex_;
  Blocks small_, large_;
};

void read_all(int fd, char* to, size_t size, uint64_t offset) {
  for (size_t done = 0; done < size;) {
    const ssize_t n = ::pread(fd, to + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) errno = EIO;  // shorter than was said
    if (n <= 0) throw_errno("read a file");
    done += static_cast<size_t>(n);
  }
}

}  // namespace

FileView::FileView(int fd, uint64_t size, uint64_t offset) : size_(static_cast<size_t>(size)) {
  if (size_ == 0) return;
  if (size_ > largest_copy) {
    // Private: before Linux 6.7 a sealed memfd cannot be mapped shared, not even for reading.
    block_size_ = size_;
    block_ = map(size_, MAP_PRIVATE, fd);
    data_ = static_cast<const char*>(block_);
    return;
  }
  std::tie(block_, block_size_) = Shelf::one().take(size_);
  char* to = static_cast<char*>(block_);
  if (size_ > small_block) to += (huge_page - reinterpret_cast<uintptr_t>(block_) % huge_page) % huge_page;
  data_ = to;
  try {
    read_all(fd, to, size_, offset);
  } catch (...) {
    Shelf::one().give_back(block_, block_size_);
    throw;
  }
}

FileView::FileView(FileView&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)), block_(std::exchange(other.block_, nullptr)),
      block_size_(other.block_size_) {}

FileView& FileView::operator=(FileView&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(block_, other.block_);
  std::swap(block_size_, other.block_size_);
  return *this;
}

FileView::~FileView() {
  if (!block_) return;
  if (size_ > largest_copy) ::munmap(block_, block_size_);
  else Shelf::one().give_back(block_, block_size_);
}

}  // namespace postern::base
