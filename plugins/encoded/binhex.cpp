// SPDX-License-Identifier: MIT
#include "binhex.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace postern::encoded {

namespace {

constexpr std::array<std::uint8_t, 256> table = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(255);
  std::uint8_t value = 0;
  for (const char c : std::string_view("!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"))
    values[static_cast<unsigned char>(c)] = value++;
  return values;
}();

// The bytes behind the six-bit characters, runs expanded.
class Bytes {
 public:
  explicit Bytes(std::string_view text) : text_(text.substr(std::min(text.size(), text.find(':') + 1))) {}

  std::optional<char> next() {
    if (repeat_ > 0) {
      --repeat_;
      return last_;
    }
    const auto c = raw();
    if (!c) return std::nullopt;
    if (*c != run_mark) return last_ = *c;
    const auto count = raw();
    if (!count) return std::nullopt;
    if (*count == 0) return last_ = run_mark;  // the mark itself
    // The byte came once already; "1" and "0" of it are nonsense and mean none.
    repeat_ = std::max(static_cast<unsigned char>(*count) - 1, 0);
    return next_after_run();
  }

 private:
  static constexpr char run_mark = '\x90';

  std::optional<char> next_after_run() {
    if (repeat_ == 0) return raw_or_run();
    --repeat_;
    return last_;
  }
  // A run of no length: what follows it. A loop, since there may be millions.
  std::optional<char> raw_or_run() {
    for (;;) {
      const auto c = raw();
      if (!c) return std::nullopt;
      if (*c != run_mark) return last_ = *c;
      const auto count = raw();
      if (!count) return std::nullopt;
      if (*count == 0) return last_ = run_mark;
      repeat_ = std::max(static_cast<unsigned char>(*count) - 1, 0);
      if (repeat_ == 0) continue;
      --repeat_;
      return last_;
    }
  }

  std::optional<char> raw() {
    while (bits_ < 8) {
      if (at_ == text_.size() || text_[at_] == ':') return std::nullopt;
      const std::uint8_t value = table[static_cast<unsigned char>(text_[at_++])];
      if (value == 255) continue;  // line ends, and what does not belong there
      group_ = (group_ << 6 | value) & 0xFFFF;
      bits_ += 6;
    }
    bits_ -= 8;
    return static_cast<char>(group_ >> bits_ & 0xFF);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t group_ = 0;
  int bits_ = 0, repeat_ = 0;
  char last_ = 0;
};

std::optional<std::uint32_t> number(Bytes& bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const auto c = bytes.next();
    if (!c) return std::nullopt;
    value = value << 8 | static_cast<unsigned char>(*c);
  }
  return value;
}

bool skip(Bytes& bytes, int n) {
  for (; n > 0; --n)
    if (!bytes.next()) return false;
  return true;
}

// False: the text ended within the fork.
bool write_fork(Bytes& bytes, std::uint32_t length, std::string_view name, bool is_resource, BinHexWriter& to) {
  constexpr std::size_t piece_size = 64 * 1024;
  if (length == 0) return true;
  to.begin(name, is_resource);
  std::string piece;
  bool is_whole = true;
  for (; length > 0 && is_whole; --length) {
    const auto c = bytes.next();
    if (c) piece += *c;
    is_whole = c.has_value();
    if (piece.size() < piece_size) continue;
    to.write(piece);
    piece.clear();
  }
  if (!piece.empty()) to.write(piece);
  to.end(is_whole);
  return is_whole;
}

}  // namespace

bool decode_binhex(std::string_view text, BinHexWriter& to) {
  Bytes bytes(text);
  const auto length = bytes.next();
  if (!length || *length < 1 || *length > 63) return false;
  std::string name;
  for (int i = 0; i < *length; ++i) {
    const auto c = bytes.next();
    if (!c) return false;
    name += *c;
  }
  if (!skip(bytes, 1 + 4 + 4 + 2)) return false;  // version, type, creator, flags
  const auto data = number(bytes), resource = number(bytes);
  if (!data || !resource || !skip(bytes, 2)) return false;  // checksum
  if (write_fork(bytes, *data, name, false, to) && skip(bytes, 2)) write_fork(bytes, *resource, name, true, to);
  return true;
}

}  // namespace postern::encoded
