// SPDX-License-Identifier: MIT
// ARC's runs: 0x90 and a count repeat the byte before, 0x90 and zero are 0x90 itself. The outer layer of most of its
// methods; what is inside comes in pieces of any size.
#pragma once
#include "codec.h"

namespace dosarchive_plugin {

// Bytes as they are.
class Plain final : public Codec {
 public:
  explicit Plain(std::string_view input, size_t piece = piece_size) : rest_(input), piece_(piece) {}
  Progress next(std::string_view& piece) override;

 private:
  std::string_view rest_;
  size_t piece_;
};

class Rle90 final : public Codec {
 public:
  explicit Rle90(std::unique_ptr<Codec> inner) : inner_(std::move(inner)) {}
  Progress next(std::string_view& piece) override;

 private:
  std::unique_ptr<Codec> inner_;
  char last_ = 0;
  bool is_marked_ = false;  // the byte before was 0x90
  std::string out_;
};

}  // namespace dosarchive_plugin
