// SPDX-License-Identifier: MIT
// ARC's squeezed members: one Huffman tree, written as a table of nodes, and codes with the low bits first. The end is a
// symbol of its own, or where the bits end.
#pragma once
#include <array>
#include <vector>

#include "codec.h"

namespace dosarchive_plugin {

class Squeezed final : public Codec {
 public:
  explicit Squeezed(std::string_view input) : input_(input) {}
  Progress next(std::string_view& piece) override;

 private:
  bool read_tree();

  std::string_view input_;
  std::vector<std::array<int16_t, 2>> nodes_;
  uint64_t bit_ = 0;
  bool has_tree_ = false;
  std::string out_;
};

}  // namespace dosarchive_plugin
