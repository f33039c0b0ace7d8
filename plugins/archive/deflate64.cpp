// SPDX-License-Identifier: MIT
#include "deflate64.h"

#include <algorithm>

namespace archive_plugin {
namespace {

constexpr size_t piece_size = 64 * 1024;
constexpr uint32_t end_of_block = 256;
constexpr const char* cut = "it ends too early";
constexpr const char* wrong = "wrong data";

struct Range {
  uint32_t base;
  unsigned extra_bits;
};

// RFC 1951 3.2.5, but for the last length: 3 and 16 bits more.
constexpr std::array<Range, 29> lengths_of = [] {
  std::array<Range, 29> all{};
  uint32_t base = 3;
  for (uint32_t i = 0; i < 28; ++i) {
    all[i] = {base, i < 8 ? 0u : (i - 4) / 4};
    base += 1u << all[i].extra_bits;
  }
  all[28] = {3, 16};
  return all;
}();

constexpr std::array<Range, 32> distances_of = [] {
  std::array<Range, 32> all{};
  uint32_t base = 1;
  for (uint32_t i = 0; i < 32; ++i) {
    all[i] = {base, i < 4 ? 0u : (i - 2) / 2};
    base += 1u << all[i].extra_bits;
  }
  return all;
}();

}  // namespace

bool Deflate64::Code::define(const uint8_t* lengths, size_t n) {
  count.fill(0);
  for (size_t i = 0; i < n; ++i) ++count[lengths[i]];
  count[0] = 0;
  int left = 1;  // codes still free; a code with too many is wrong, one with too few is only unfinished
  std::array<uint16_t, 16> next{};
  for (size_t length = 1; length < count.size(); ++length) {
    left = left * 2 - count[length];
    if (left < 0) return false;
    next[length] = static_cast<uint16_t>(next[length - 1] + count[length - 1]);
  }
  for (size_t i = 0; i < n; ++i)
    if (lengths[i]) symbol[next[lengths[i]]++] = static_cast<uint16_t>(i);
  return true;
}

void Deflate64::start(std::string_view input) {
  input_ = input;
  consumed_ = 0;
  pool_ = 0;
  pooled_ = 0;
  state_ = State::between;
  last_ = false;
  made_ = 0;
}

bool Deflate64::bits(unsigned n, uint32_t& value) {
  while (pooled_ < n) {
    if (consumed_ == input_.size()) return false;
    pool_ |= uint64_t{static_cast<unsigned char>(input_[consumed_++])} << pooled_;
    pooled_ += 8;
  }
  value = static_cast<uint32_t>(pool_ & ((1ull << n) - 1));
  pool_ >>= n;
  pooled_ -= n;
  return true;
}

// Bit by bit: codes of one length are consecutive numbers, and so are their symbols.
bool Deflate64::decode(const Code& code, uint32_t& symbol) {
  uint32_t value = 0, first = 0, index = 0;
  for (size_t length = 1; length < code.count.size(); ++length) {
    uint32_t bit = 0;
    if (!bits(1, bit)) return false;
    value |= bit;
    if (value < first + code.count[length]) {
      symbol = code.symbol[index + value - first];
      return true;
    }
    index += code.count[length];
    first = (first + code.count[length]) << 1;
    value <<= 1;
  }
  return false;
}

void Deflate64::put(char c) {
  window_[made_++ % window_.size()] = c;
  out_ += c;
}

Progress Deflate64::next(std::string_view& piece) {
  out_.clear();
  const char* trouble = nullptr;
  while (!trouble && state_ != State::done && out_.size() < piece_size) {
    switch (state_) {
      case State::between:
        trouble = begin_block();
        break;
      case State::stored:
        if (stored_ == 0)
          state_ = last_ ? State::done : State::between;
        else if (consumed_ == input_.size())
          trouble = cut;
        else
          put(input_[consumed_++]), --stored_;
        break;
      case State::coded:
        trouble = read_symbol();
        break;
      case State::done:
        break;
    }
  }
  piece = out_;
  if (trouble) return fail(trouble);
  if (state_ != State::done) return Progress::more;
  consumed_ -= pooled_ / 8;  // whole bytes that were taken in advance
  pooled_ %= 8;
  return Progress::end;
}

const char* Deflate64::begin_block() {
  uint32_t last = 0, type = 0;
  if (!bits(1, last) || !bits(2, type)) return cut;
  last_ = last != 0;
  if (type == 0) {
    uint32_t unused = 0, length = 0, complement = 0;
    bits(pooled_ % 8, unused);
    if (!bits(16, length) || !bits(16, complement)) return cut;
    if ((length ^ complement) != 0xffff) return wrong;
    consumed_ -= pooled_ / 8;
    pooled_ = 0;
    pool_ = 0;
    stored_ = length;
    state_ = State::stored;
    return nullptr;
  }
  state_ = State::coded;
  if (type == 2) return read_lengths();
  if (type == 3) return wrong;
  std::array<uint8_t, 288> fixed{};
  for (size_t i = 0; i < fixed.size(); ++i) fixed[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  lengths_.define(fixed.data(), fixed.size());
  fixed.fill(5);
  distances_.define(fixed.data(), 32);
  return nullptr;
}

// RFC 1951 3.2.7: the two codes, themselves in a code.
const char* Deflate64::read_lengths() {
  static constexpr uint8_t order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  uint32_t literals = 0, distances = 0, codes = 0;
  if (!bits(5, literals) || !bits(5, distances) || !bits(4, codes)) return cut;
  literals += 257;
  distances += 1;
  codes += 4;
  if (literals > 286) return wrong;
  std::array<uint8_t, 320> lengths{};
  for (uint32_t i = 0; i < codes; ++i) {
    uint32_t length = 0;
    if (!bits(3, length)) return cut;
    lengths[order[i]] = static_cast<uint8_t>(length);
  }
  Code code;
  if (!code.define(lengths.data(), std::size(order))) return wrong;
  lengths.fill(0);
  for (uint32_t n = 0; n < literals + distances;) {
    uint32_t symbol = 0, repeat = 1;
    if (!decode(code, symbol)) return consumed_ == input_.size() ? cut : wrong;
    uint8_t length = static_cast<uint8_t>(symbol);
    if (symbol >= 16) {
      if (symbol == 16 && n == 0) return wrong;
      length = symbol == 16 ? lengths[n - 1] : uint8_t{0};
      const unsigned extra = symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
      if (!bits(extra, repeat)) return cut;
      repeat += symbol == 18 ? 11 : 3;
    }
    if (repeat > literals + distances - n) return wrong;
    while (repeat-- > 0) lengths[n++] = length;
  }
  const bool both =
      lengths_.define(lengths.data(), literals) && distances_.define(lengths.data() + literals, distances);
  return both ? nullptr : wrong;
}

const char* Deflate64::read_symbol() {
  uint32_t symbol = 0, extra = 0;
  if (!decode(lengths_, symbol)) return consumed_ == input_.size() ? cut : wrong;
  if (symbol < end_of_block) {
    put(static_cast<char>(symbol));
    return nullptr;
  }
  if (symbol == end_of_block) {
    state_ = last_ ? State::done : State::between;
    return nullptr;
  }
  symbol -= end_of_block + 1;
  if (symbol >= lengths_of.size()) return wrong;
  if (!bits(lengths_of[symbol].extra_bits, extra)) return cut;
  const uint32_t length = lengths_of[symbol].base + extra;
  if (!decode(distances_, symbol)) return consumed_ == input_.size() ? cut : wrong;
  if (!bits(distances_of[symbol].extra_bits, extra)) return cut;
  const uint64_t distance = uint64_t{distances_of[symbol].base} + extra;
  if (distance > made_ || distance > window_.size()) return wrong;
  for (uint32_t n = 0; n < length; ++n) put(window_[(made_ - distance) % window_.size()]);
  return nullptr;
}

}  // namespace archive_plugin
