// SPDX-License-Identifier: MIT
// LZSS with Huffman codes in blocks, the work of Okumura's ar002: LHA's -lh5- as ZOO has it, with an end mark, and the
// wider -lh7- that is ARJ's methods 1 to 3, without one. A code that is not complete is damage; what would be copied from
// before the beginning is blanks.
#pragma once
#include <array>
#include <optional>

#include "bits.h"
#include "codec.h"

namespace dosarchive_plugin {

// A canonical Huffman code, decoded bit by bit: cheap to set up, as hostile streams set up one for every few bytes.
class HuffmanCode {
 public:
  bool assign(const uint8_t* lengths, size_t symbols);  // false: not exactly one complete code
  void only(unsigned symbol);                           // a code of one symbol, which takes no bits
  std::optional<unsigned> decode(Bits&) const;

 private:
  static constexpr unsigned most_length = 16;
  std::array<uint16_t, most_length + 1> count_{};
  std::array<uint16_t, 510> symbols_{};
  bool is_single_ = false;
};

class Lzh final : public Codec {
 public:
  struct Shape {
    unsigned window_bits, positions, position_bits;
  };
  static constexpr Shape lh5{13, 14, 4}, lh7{16, 17, 5};

  // With a size it ends there, without one at the end mark.
  Lzh(std::string_view input, Shape shape, std::optional<uint64_t> size = std::nullopt);
  Progress next(std::string_view& piece) override;

 private:
  bool begin_block();
  bool read_short_lengths(HuffmanCode& code, size_t most, unsigned count_bits, size_t pause_at);
  bool read_long_lengths();
  bool decode_one();
  void put(char c);

  Bits bits_;
  Shape shape_;
  std::optional<uint64_t> left_;
  unsigned block_ = 0;  // symbols left in this block
  bool is_at_end_ = false;
  HuffmanCode lengths_, symbols_, positions_;
  std::string window_;
  size_t at_ = 0;
  std::string out_;
};

}  // namespace dosarchive_plugin
