// SPDX-License-Identifier: MIT
#include "szdd.h"

namespace archive_plugin {
namespace {

constexpr size_t head = 14;  // signature, mode, the name's last letter, and 4 bytes of size
constexpr size_t piece_size = 64 * 1024;
constexpr size_t shortest_match = 3;

}  // namespace

void Szdd::start(std::string_view input) {
  input_ = input;
  consumed_ = 0;
  left_ = 0;
  for (size_t i = head; i-- > head - 4;)
    left_ = left_ << 8 | (i < input.size() ? static_cast<unsigned char>(input[i]) : 0u);
  window_.fill(' ');
  at_ = window_.size() - 16;
}

void Szdd::put(char c) {
  window_[at_++ % window_.size()] = c;
  if (left_ == 0) return;
  out_ += c;
  --left_;
}

Progress Szdd::next(std::string_view& piece) {
  out_.clear();
  if (input_.size() < head) return fail("its header ends too early");
  if (consumed_ < head) consumed_ = head;
  const auto byte = [&] { return static_cast<unsigned char>(input_[consumed_++]); };
  const auto has = [&](size_t n) { return input_.size() - consumed_ >= n; };
  bool whole = true;
  while (left_ > 0 && out_.size() < piece_size && whole) {
    if (!(whole = has(1))) break;
    const unsigned control = byte();
    for (unsigned bit = 0; bit < 8 && left_ > 0 && whole; ++bit) {
      if (!(whole = has(control >> bit & 1 ? 1 : 2))) break;
      const unsigned low = byte();
      if (control >> bit & 1) {
        put(static_cast<char>(low));
        continue;
      }
      const unsigned high = byte();
      size_t from = low | (high & 0xf0) << 4;
      for (size_t n = (high & 0x0f) + shortest_match; n > 0; --n) put(window_[from++ % window_.size()]);
    }
  }
  piece = out_;
  if (!whole) return fail("it ends too early");
  return left_ == 0 ? Progress::end : Progress::more;
}

}  // namespace archive_plugin
