// SPDX-License-Identifier: MIT
// What Linux calls a transparently compressed file of a CD: blocks of one size, each a zlib stream, behind a table of
// where they stand. A block without bytes is all zeros.
#pragma once
#include <cstdint>
#include <string>

#include "codec.h"

namespace archive_plugin {

class Zisofs final : public Codec {
 public:
  void start(std::string_view input) override;
  Progress next(std::string_view& piece) override;

 private:
  std::string_view input_;
  uint64_t head_ = 0, block_ = 0;  // sizes
  uint64_t left_ = 0, nth_ = 0;
  std::string out_;
};

}  // namespace archive_plugin
