// SPDX-License-Identifier: MIT
// ARJ's method 4: LZSS whose lengths and distances are numbers with a unary width in front, no Huffman codes. It ends
// with the size that the header claims.
#pragma once
#include "bits.h"
#include "codec.h"

namespace dosarchive_plugin {

class ArjFastest final : public Codec {
 public:
  ArjFastest(std::string_view input, uint64_t size);
  Progress next(std::string_view& piece) override;

 private:
  unsigned number(unsigned from_width, unsigned to_width);
  void put(char c);

  Bits bits_;
  uint64_t left_;
  std::string window_;
  size_t at_ = 0;
  std::string out_;
};

}  // namespace dosarchive_plugin
