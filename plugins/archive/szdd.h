// SPDX-License-Identifier: MIT
// Microsoft's COMPRESS.EXE (SETUP.EX_): LZSS with a window of 4 KiB that begins as blanks.
#pragma once
#include <array>
#include <cstdint>

#include "codec.h"

namespace archive_plugin {

class Szdd final : public Codec {
 public:
  void start(std::string_view input) override;
  Progress next(std::string_view& piece) override;

 private:
  void put(char c);

  std::string_view input_;
  uint64_t left_ = 0;
  std::array<char, 4096> window_{};
  size_t at_ = 0;
  std::string out_;
};

}  // namespace archive_plugin
