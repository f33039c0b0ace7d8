// SPDX-License-Identifier: MIT
#include "lzw.h"

namespace dosarchive_plugin {
namespace {

constexpr unsigned least_width = 9, most_most_width = 16;
constexpr uint32_t clear_code = 256;

}  // namespace

Lzw::Lzw(std::string_view input, Shape shape)
    : input_(input), shape_(shape), prefix_(1u << most_most_width), suffix_(1u << most_most_width) {
  clear();
}

Progress Lzw::next(std::string_view& piece) {
  piece = {};
  if (shape_.most_width < least_width || shape_.most_width > most_most_width) return fail("codes of a width nobody has");
  out_.clear();
  for (uint32_t code; out_.size() < piece_size;) {
    const bool has_code = read_code(code);
    if (!has_code || (shape_.end_code != 0 && code == shape_.end_code)) {
      piece = out_;
      return has_code || shape_.end_code == 0 ? Progress::end : fail("a member ends too early");
    }
    if (code == clear_code) {
      if (shape_.is_grouped) skip_to_group();
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
  if (used_ >= 1u << width_ && width_ < shape_.most_width) {
    if (shape_.is_grouped) skip_to_group();
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
  used_ = (shape_.end_code != 0 ? shape_.end_code : clear_code) + 1;
  previous_ = -1;
}

// Appends the string of the code, and defines the next one: the previous string and this one's first byte.
bool Lzw::decode(uint32_t code) {
  if (previous_ < 0 && code >= 256) return false;
  const bool is_unseen = code == used_;  // the string that this very code defines
  if (code > used_ || (is_unseen && used_ >= 1u << shape_.most_width)) return false;
  stack_.clear();
  uint32_t at = code;
  if (is_unseen) {
    stack_.push_back(first_);
    at = static_cast<uint32_t>(previous_);
  }
  for (; at >= 256; at = prefix_[at]) stack_.push_back(suffix_[at]);
  first_ = static_cast<unsigned char>(at);
  out_.push_back(static_cast<char>(first_));
  out_.append(stack_.rbegin(), stack_.rend());
  if (previous_ >= 0 && used_ < 1u << shape_.most_width) {
    prefix_[used_] = static_cast<uint16_t>(previous_);
    suffix_[used_] = first_;
    ++used_;
  }
  previous_ = code;
  return true;
}

}  // namespace dosarchive_plugin
