// SPDX-License-Identifier: MIT
#include "lzh.h"

#include <algorithm>

namespace dosarchive_plugin {
namespace {

constexpr size_t all_symbols = 510, all_lengths = 19, most_positions = 17;  // bytes and matches of 3 to 256
constexpr unsigned literals = 256, shortest_match = 3;
constexpr unsigned symbol_bits = 9, length_bits = 5, block_bits = 16, most_length = 16;

}  // namespace

bool HuffmanCode::assign(const uint8_t* lengths, size_t symbols) {
  is_single_ = false;
  count_.fill(0);
  uint32_t space = 0;  // of 2^16
  for (size_t i = 0; i < symbols; ++i) {
    if (lengths[i] > most_length) return false;
    if (lengths[i] > 0) ++count_[lengths[i]], space += 1u << (most_length - lengths[i]);
  }
  if (space != 1u << most_length) return false;
  std::array<uint16_t, most_length + 2> next{};
  for (unsigned n = 1; n <= most_length; ++n) next[n + 1] = static_cast<uint16_t>(next[n] + count_[n]);
  for (size_t i = 0; i < symbols; ++i)
    if (lengths[i] > 0) symbols_[next[lengths[i]]++] = static_cast<uint16_t>(i);
  return true;
}

void HuffmanCode::only(unsigned symbol) {
  is_single_ = true;
  symbols_[0] = static_cast<uint16_t>(symbol);
}

std::optional<unsigned> HuffmanCode::decode(Bits& bits) const {
  if (is_single_) return symbols_[0];
  unsigned code = 0, first = 0, index = 0;
  for (unsigned n = 1; n <= most_length; ++n) {
    code = code << 1 | bits.bit();
    if (code - first < count_[n]) return symbols_[index + (code - first)];
    index += count_[n];
    first = (first + count_[n]) << 1;
  }
  return std::nullopt;  // before the first block there is no code
}

Lzh::Lzh(std::string_view input, Shape shape, std::optional<uint64_t> size)
    : bits_(input), shape_(shape), left_(size), window_(size_t{1} << shape.window_bits, ' ') {}

Progress Lzh::next(std::string_view& piece) {
  out_.clear();
  bool is_good = true;
  while (is_good && !is_at_end_ && out_.size() < piece_size && left_ != 0u) is_good = decode_one();
  piece = out_;
  if (!is_good) return fail(bits_.is_over() ? "a member ends too early" : "wrong data in a member");
  return is_at_end_ || left_ == 0u ? Progress::end : Progress::more;
}

bool Lzh::decode_one() {
  if (block_ == 0) {
    if (!begin_block()) return false;
    if (is_at_end_) return true;
  }
  --block_;
  const auto symbol = symbols_.decode(bits_);
  if (!symbol || bits_.is_over()) return false;
  if (*symbol < literals) return put(static_cast<char>(*symbol)), true;
  const auto width = positions_.decode(bits_);
  if (!width) return false;
  const size_t back = (*width < 2 ? *width : (1u << (*width - 1)) + bits_.take(*width - 1)) + 1;
  if (bits_.is_over()) return false;
  for (unsigned n = *symbol - literals + shortest_match; n > 0; --n)
    put(window_[(at_ - back) & (window_.size() - 1)]);
  return true;
}

void Lzh::put(char c) {
  if (left_ == 0u) return;
  window_[at_++ & (window_.size() - 1)] = c;
  out_ += c;
  if (left_) --*left_;
}

bool Lzh::begin_block() {
  block_ = bits_.take(block_bits);
  if (block_ == 0 && !left_) return is_at_end_ = true;  // readers take what is missing for zeros
  if (bits_.is_over()) return false;
  if (block_ == 0) block_ = 1u << block_bits;  // ARJ's counter wraps
  constexpr size_t pause_at = 3, never = SIZE_MAX;
  return read_short_lengths(lengths_, all_lengths, length_bits, pause_at) && read_long_lengths() &&
         read_short_lengths(positions_, shape_.positions, shape_.position_bits, never) && !bits_.is_over();
}

// Lengths in three bits, longer ones in unary; behind the third a number of zeros may follow.
bool Lzh::read_short_lengths(HuffmanCode& code, size_t most, unsigned count_bits, size_t pause_at) {
  std::array<uint8_t, std::max(all_lengths, most_positions)> lengths{};
  const size_t count = bits_.take(count_bits);
  if (count == 0) {
    const unsigned symbol = bits_.take(count_bits);
    if (symbol >= most) return false;
    code.only(symbol);
    return true;
  }
  if (count > most) return false;
  for (size_t i = 0; i < count;) {
    unsigned length = bits_.take(3);
    if (length == 7)
      while (bits_.bit() == 1)
        if (++length > most_length) return false;
    lengths[i++] = static_cast<uint8_t>(length);
    if (i == pause_at) i += bits_.take(2);
  }
  return code.assign(lengths.data(), most);
}

bool Lzh::read_long_lengths() {
  std::array<uint8_t, all_symbols> lengths{};
  const size_t count = bits_.take(symbol_bits);
  if (count == 0) {
    const unsigned symbol = bits_.take(symbol_bits);
    if (symbol >= all_symbols) return false;
    symbols_.only(symbol);
    return true;
  }
  if (count > all_symbols) return false;
  for (size_t i = 0; i < count;) {
    const auto code = lengths_.decode(bits_);
    if (!code || bits_.is_over()) return false;
    if (*code > 2) lengths[i++] = static_cast<uint8_t>(*code - 2);
    else i += *code == 0 ? 1 : *code == 1 ? bits_.take(4) + 3 : bits_.take(symbol_bits) + 20;  // zeros
  }
  return symbols_.assign(lengths.data(), all_symbols);
}

}  // namespace dosarchive_plugin
