// SPDX-License-Identifier: MIT
#include "lzw.h"

namespace archive_plugin {
namespace {

constexpr size_t head = 3;  // signature, and one byte: the widest code and whether the table may be cleared
constexpr unsigned least_width = 9, most_most_width = 16;
constexpr uint32_t clear_code = 256;
constexpr size_t piece_size = 64 * 1024;

}  // namespace

void Lzw::start(std::string_view input) {
  input_ = input;
  consumed_ = 0;
  most_width_ = input.size() < head ? 0 : static_cast<unsigned char>(input[2]) & 0x1f;
  has_clear_ = input.size() >= head && (static_cast<unsigned char>(input[2]) & 0x80);
  bit_ = group_ = 8 * head;
  prefix_.assign(1u << most_most_width, 0);
  suffix_.assign(1u << most_most_width, 0);
  for (uint32_t c = 0; c < 256; ++c) suffix_[c] = static_cast<unsigned char>(c);
  clear();
}

Progress Lzw::next(std::string_view& piece) {
  piece = {};
  if (most_width_ < least_width || most_width_ > most_most_width) return fail("no compress stream");
  out_.clear();
  for (uint32_t code; out_.size() < piece_size;) {
    if (!read_code(code)) {
      consumed_ = input_.size();
      piece = out_;
      return Progress::end;
    }
    if (has_clear_ && code == clear_code) {
      skip_to_group();
      clear();
    } else if (!decode(code)) {
      piece = out_;
      return fail("a code that is not in the table");
    }
  }
  piece = out_;
  return Progress::more;
}

bool Lzw::read_code(uint32_t& code) {
  // The encoder widens its codes at the next group of eight.
  if (used_ > (1u << width_) - 1 && width_ < most_width_) {
    skip_to_group();
    ++width_;
  }
  if (bit_ + width_ > uint64_t{input_.size()} * 8) return false;
  uint32_t three = 0;
  for (size_t i = 3, at = static_cast<size_t>(bit_ / 8); i-- > 0;)
    three = three << 8 | (at + i < input_.size() ? static_cast<unsigned char>(input_[at + i]) : 0u);
  code = three >> (bit_ % 8) & ((1u << width_) - 1);
  bit_ += width_;
  return true;
}

void Lzw::skip_to_group() {
  const uint64_t group = uint64_t{width_} * 8;
  bit_ = group_ + (bit_ - group_ + group - 1) / group * group;
  group_ = bit_;
}

void Lzw::clear() {
  width_ = least_width;
  used_ = has_clear_ ? clear_code + 1 : clear_code;
  previous_ = -1;
}

// Appends the string of the code, and defines the next one: the previous string and this one's first byte.
bool Lzw::decode(uint32_t code) {
  const bool unseen = code == used_ && previous_ >= 0;  // the string that this very code defines
  if (code >= used_ && !unseen) return false;
  stack_.clear();
  uint32_t at = code;
  if (unseen) {
    stack_.push_back(first_);
    at = static_cast<uint32_t>(previous_);
  }
  for (; at >= 256; at = prefix_[at]) stack_.push_back(suffix_[at]);
  first_ = static_cast<unsigned char>(at);
  out_.push_back(static_cast<char>(first_));
  out_.append(stack_.rbegin(), stack_.rend());
  if (previous_ >= 0 && used_ < (1u << most_width_)) {
    prefix_[used_] = static_cast<uint16_t>(previous_);
    suffix_[used_] = first_;
    ++used_;
  }
  previous_ = code;
  return true;
}

}  // namespace archive_plugin
