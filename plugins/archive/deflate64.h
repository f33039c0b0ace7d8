// SPDX-License-Identifier: MIT
// Deflate64, ZIP's method 9: deflate (RFC 1951) with a window of 64 KiB, two more distances and one longer length. No
// library in Debian has it, and Windows writes it for large files.
#pragma once
#include <array>
#include <cstdint>

#include "codec.h"

namespace archive_plugin {

class Deflate64 final : public Codec {
 public:
  void start(std::string_view input) override;
  Progress next(std::string_view& piece) override;

 private:
  // A canonical Huffman code (RFC 1951 3.2.2): how many codes of each length, and the symbols in order of their codes.
  struct Code {
    std::array<uint16_t, 16> count{};
    std::array<uint16_t, 288> symbol{};
    bool define(const uint8_t* lengths, size_t n);
  };
  enum class State { between, stored, coded, done };

  bool bits(unsigned n, uint32_t& value);
  bool decode(const Code& code, uint32_t& symbol);
  const char* begin_block();
  const char* read_lengths();
  const char* read_symbol();
  void put(char c);

  std::string_view input_;
  uint64_t pool_ = 0;  // bits taken from the input and not yet used
  unsigned pooled_ = 0;
  State state_ = State::between;
  bool last_ = false;
  uint32_t stored_ = 0;
  Code lengths_, distances_;
  std::array<char, 65536> window_{};
  uint64_t made_ = 0;
  std::string out_;
};

}  // namespace archive_plugin
