// SPDX-License-Identifier: MIT
// lzop(1)'s format .lzo: one file of it, in blocks that minilzo's big brother decodes.
#pragma once
#include <cstdint>
#include <vector>

#include "codec.h"

namespace archive_plugin {

class Lzop final : public Codec {
 public:
  void start(std::string_view input) override;
  Progress next(std::string_view& piece) override;

 private:
  bool read_header();
  bool take(size_t bytes, uint64_t& value);  // big-endian

  std::string_view input_;
  uint64_t flags_ = 0;
  bool header_read_ = false;
  std::vector<unsigned char> out_;
};

}  // namespace archive_plugin
