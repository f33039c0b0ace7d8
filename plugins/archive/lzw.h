// SPDX-License-Identifier: MIT
// compress(1): LZW with codes of 9 to 16 bits, the format of .Z. It has no end mark and no checksum: it ends with the
// file.
#pragma once
#include <cstdint>
#include <vector>

#include "codec.h"

namespace archive_plugin {

class Lzw final : public Codec {
 public:
  void start(std::string_view input) override;
  Progress next(std::string_view& piece) override;

 private:
  bool read_code(uint32_t& code);
  void skip_to_group();
  void clear();
  bool decode(uint32_t code);

  std::string_view input_;
  uint64_t bit_ = 0, group_ = 0;  // where the next code, and the group of eight codes it is in, begin
  unsigned width_ = 9, most_width_ = 16;
  bool has_clear_ = false;
  uint32_t used_ = 0;  // codes defined
  int64_t previous_ = -1;
  unsigned char first_ = 0;  // byte of the previous string
  std::vector<uint16_t> prefix_;
  std::vector<unsigned char> suffix_, stack_;
  std::string out_;
};

}  // namespace archive_plugin
