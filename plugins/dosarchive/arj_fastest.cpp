// SPDX-License-Identifier: MIT
#include "arj_fastest.h"

namespace dosarchive_plugin {
namespace {

constexpr size_t window_size = 1u << 15;
constexpr unsigned shortest_match = 3;

}  // namespace

ArjFastest::ArjFastest(std::string_view input, uint64_t size) : bits_(input), left_(size), window_(window_size, '\0') {}

Progress ArjFastest::next(std::string_view& piece) {
  out_.clear();
  while (left_ > 0 && out_.size() < piece_size) {
    const unsigned length = number(0, 7);
    const unsigned value = length == 0 ? bits_.take(8) : number(9, 13);  // a byte, or how far back
    if (bits_.is_over()) {
      piece = out_;
      return fail("a member ends too early");
    }
    if (length == 0) put(static_cast<char>(value));
    else
      for (unsigned n = length - 1 + shortest_match; n > 0; --n) put(window_[(at_ - value - 1) & (window_size - 1)]);
  }
  piece = out_;
  return left_ == 0 ? Progress::end : Progress::more;
}

// A one bit for every width that is passed over, then the number in the width that is left.
unsigned ArjFastest::number(unsigned from_width, unsigned to_width) {
  unsigned width = from_width, passed = 0;
  for (; width < to_width && bits_.bit() == 1; ++width) passed += 1u << width;
  return passed + (width > 0 ? bits_.take(width) : 0);
}

void ArjFastest::put(char c) {
  if (left_ == 0) return;
  window_[at_++ & (window_size - 1)] = c;
  out_ += c;
  --left_;
}

}  // namespace dosarchive_plugin
