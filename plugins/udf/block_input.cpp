// SPDX-License-Identifier: MIT
#include "block_input.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "bytes.h"

namespace udf_plugin {
namespace {

// An honest image has each directory and each head of a file once, and each is read once or twice.
uint64_t allowance(std::string_view image) {
  constexpr uint64_t times = 4, least = 4096;
  return image.size() / block_size * times + least;
}

}  // namespace

BlockInput::BlockInput(std::string_view image, std::function<bool()> is_late)
    : image_(image), is_late_(std::move(is_late)), left_(allowance(image)) {
  close = nullptr;
  read = [](udfread_block_input* self, uint32_t first, void* to, uint32_t count, int) {
    return static_cast<BlockInput*>(self)->read_blocks(first, static_cast<char*>(to), count);
  };
  size = [](udfread_block_input* self) {
    return static_cast<uint32_t>(
        std::min<uint64_t>(static_cast<BlockInput*>(self)->image_.size() / block_size, UINT32_MAX));
  };
}

void BlockInput::begin(uint64_t most_blocks) {
  allowed_ = most_blocks;
  is_watching_ = true;
  is_exhausted_ = is_short_ = false;
  seen_.reset();
}

void BlockInput::begin_content() {
  is_watching_ = is_exhausted_ = is_short_ = false;
}

// Called by C: nothing is thrown. Content is paid for where it is written.
int BlockInput::read_blocks(uint32_t first, char* to, uint32_t count) {
  if (is_watching_ && (count > left_ || count > allowed_ || is_late_())) {
    is_exhausted_ = true;
    return -1;
  }
  if (is_watching_) left_ -= count, allowed_ -= count;
  int done = 0;
  for (uint32_t n = 0; n < count; ++n) {
    const uint64_t place = uint64_t{first} + n;
    const std::string_view block = block_at(image_, place);
    if (block.size() < block_size) is_short_ = true;
    if (block.empty()) break;
    std::memcpy(to, block.data(), block.size());
    std::memset(to + block.size(), 0, block_size - block.size());
    to += block_size;
    ++done;
    if (is_watching_) watch(place, block);
  }
  return done > 0 ? done : -1;
}

void BlockInput::watch(uint64_t place, std::string_view block) try {
  constexpr uint64_t next_file_set = 448;
  if (!seen_ && has_tag(block, Tag::file_set) &&
      (has_tag(block_at(image_, place + 1), Tag::file_set) || little32(block, next_file_set) != 0))
    unsupported_ = "more than one set of files";
  if (!seen_ && is_file_entry(block)) {
    const FileEntry entry = file_entry(block);
    if (entry.is_in_pieces && entry.kind == FileKind::directory) unsupported_ = "a directory in several pieces";
    if (entry.is_in_pieces && entry.kind == FileKind::metadata) unsupported_ = "a partition in several pieces";
    if (entry.has_streams) unsupported_ = "a file with other contents under its name";
    if (entry.kind != FileKind::metadata) seen_ = Seen{std::string(block), place, {}};
  } else if (seen_ && file_entry(seen_->block).kind == FileKind::directory) {
    seen_->content += block;
  }
} catch (const std::bad_alloc&) {
  is_exhausted_ = true;
}

}  // namespace udf_plugin
