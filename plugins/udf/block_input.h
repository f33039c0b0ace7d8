// SPDX-License-Identifier: MIT
// The image as libudfread reads it, block by block, from memory. It also keeps the library from reading for ever: its
// loops end where a read fails, so a crafted circle ends with the allowance. And it watches what is read, because the
// library tells nobody what it passes over.
#pragma once
#include <udfread/blockinput.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "descriptors.h"

namespace udf_plugin {

class BlockInput : public udfread_block_input {
 public:
  // is_late: nothing is read any more once it says so.
  BlockInput(std::string_view image, std::function<bool()> is_late);
  BlockInput(const BlockInput&) = delete;
  BlockInput& operator=(const BlockInput&) = delete;

  // What is read from here on belongs to one directory or to the head of one file, and is no more than some blocks.
  void begin(uint64_t most_blocks);
  // What is read from here on is content.
  void begin_content();

  // Of the directory or file that was read since begin().
  struct Seen {
    std::string block;  // its file entry
    uint64_t place = 0;
    std::string content;  // of a directory
  };
  const std::optional<Seen>& seen() const { return seen_; }

  bool is_exhausted() const { return is_exhausted_; }              // more was asked for than is allowed
  bool is_short() const { return is_short_; }                      // something is not in the image
  const std::string& unsupported() const { return unsupported_; }  // what the library only knows the beginning of

 private:
  int read_blocks(uint32_t first, char* to, uint32_t count);
  void watch(uint64_t place, std::string_view block);

  std::string_view image_;
  std::function<bool()> is_late_;
  uint64_t left_, allowed_ = 0;
  bool is_watching_ = true, is_exhausted_ = false, is_short_ = false;
  std::optional<Seen> seen_;
  std::string unsupported_;
};

}  // namespace udf_plugin
