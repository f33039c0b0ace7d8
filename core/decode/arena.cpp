// SPDX-License-Identifier: MIT
#include "decode/arena.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/failure.h"

namespace postern::decode {
namespace {

constexpr size_t buffered = 64 * 1024, large = 1 << 20;

bool write_at(int fd, std::string_view bytes, uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
  return true;
}

}  // namespace

bool Arena::append(std::string_view bytes) {
  if (pending_.size() + bytes.size() < buffered) {
    pending_.append(bytes);
    return true;
  }
  if (!flush() || !write_at(fd_.get(), bytes, written_)) return false;
  written_ += bytes.size();
  return true;
}

bool Arena::flush() {
  if (pending_.empty()) return true;
  if (!write_at(fd_.get(), pending_, written_)) return false;
  written_ += pending_.size();
  pending_.clear();
  return true;
}

std::string_view Arena::view(uint64_t offset, uint64_t size) {
  if (size == 0) return {};
  // Bytes that cannot be shown must not look like a part that is empty.
  if (!flush()) throw base::TemporaryFailure("the arena cannot be written");
  if (offset > written_ || size > written_ - offset) throw base::TemporaryFailure("the arena has no such bytes");
  for (const Copy& copy : copies_)
    if (offset >= copy.offset && offset + size <= copy.offset + copy.bytes.bytes().size())
      return copy.bytes.bytes().substr(static_cast<size_t>(offset - copy.offset), static_cast<size_t>(size));
  if (size > large && size <= base::FileView::largest_copy - copied_) {
    copies_.push_back({offset, base::FileView(fd_.get(), size, offset)});
    copied_ += static_cast<size_t>(size);
    return copies_.back().bytes.bytes();
  }
  if (offset + size > mapped_) {
    // Room to grow, so that a hundred members do not mean a hundred mappings; pages past the end are never touched.
    const size_t length = std::max<size_t>(1 << 20, static_cast<size_t>(written_) * 2);
    // Private, because a shared one would stand in the way of the seal, and before Linux 6.7 could not be made after it.
    void* at = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, fd_.get(), 0);
    if (at == MAP_FAILED) base::throw_errno("map the arena");
    if (map_) old_maps_.emplace_back(const_cast<char*>(map_), mapped_);
    map_ = static_cast<const char*>(at);
    mapped_ = length;
    touched_ = 0;
  }
  if (offset + size > touched_) {
    // All pages in one call: a fault for each few of them costs ten times that. Of what is very large perhaps little is read. Before
    // Linux 5.14 the kernel cannot, and need not.
    constexpr size_t page = 4096, most = 8 << 20;
    const uint64_t from = std::max<uint64_t>(touched_, offset) / page * page;
    ::madvise(const_cast<char*>(map_) + from, std::min<uint64_t>(offset + size - from, most), MADV_POPULATE_READ);
    touched_ = offset + size;
  }
  return {map_ + offset, static_cast<size_t>(size)};
}

void Arena::unmap() {
  for (const auto& [at, length] : old_maps_) ::munmap(at, length);
  old_maps_.clear();
  copies_.clear();
  copied_ = 0;
  if (map_) ::munmap(const_cast<char*>(map_), mapped_);
  map_ = nullptr;
  mapped_ = touched_ = 0;
}

}  // namespace postern::decode
