// SPDX-License-Identifier: MIT
// LZW with codes that begin with 9 bits and get wider, low bits first, 256 clears the table. ZOO has an end mark; ARC,
// which took it from compress(1), ends with its bytes, and begins a new group of eight codes where the width changes.
#pragma once
#include <vector>

#include "codec.h"

namespace dosarchive_plugin {

class Lzw final : public Codec {
 public:
  struct Shape {
    unsigned most_width;
    uint32_t end_code;  // 0: none
    bool is_grouped;
  };
  Lzw(std::string_view input, Shape shape);
  Progress next(std::string_view& piece) override;

 private:
  bool read_code(uint32_t& code);
  void skip_to_group();
  void clear();
  bool decode(uint32_t code);

  std::string_view input_;
  Shape shape_;
  uint64_t bit_ = 0, group_ = 0;  // where the next code, and its group, begin
  unsigned width_ = 9;
  uint32_t used_ = 0;  // codes that are defined
  int64_t previous_ = -1;
  unsigned char first_ = 0;  // byte of the previous string
  std::vector<uint16_t> prefix_;
  std::vector<unsigned char> suffix_, stack_;
  std::string out_;
};

}  // namespace dosarchive_plugin
