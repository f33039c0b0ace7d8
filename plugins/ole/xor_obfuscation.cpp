// SPDX-License-Identifier: MIT
#include "xor_obfuscation.h"

#include <algorithm>
#include <bit>

namespace ole::xor_obfuscation {
namespace {

// The standard prints a matrix of 105 numbers and 15 to begin with. Both are this register, started with 0x8000 and
// with 0xFFFF, and moved on for each bit of the password.
uint16_t next(uint16_t state) {
  state = std::rotl(state, 1);
  return static_cast<uint16_t>(state & 1 ? state ^ 0x1020 : state);
}

}  // namespace

uint16_t verifier(std::string_view password) {
  unsigned hash = 0;
  const auto add = [&](unsigned byte) { hash = ((hash << 1 & 0x7FFF) | (hash >> 14 & 1)) ^ byte; };
  std::for_each(password.rbegin(), password.rend(), [&](char c) { add(static_cast<unsigned char>(c)); });
  add(static_cast<unsigned>(password.size()));
  return static_cast<uint16_t>(hash ^ 0xCE4B);
}

uint16_t key(std::string_view password) {
  constexpr int bits = 8;  // of which the highest counts as 0
  uint16_t made = 0, of_bit = 0x8000, of_length = 0xFFFF;
  for (auto c = password.rbegin(); c != password.rend(); ++c)
    for (int bit = 0; bit < bits; ++bit) {
      of_bit = next(of_bit);
      of_length = next(of_length);
      if ((*c & 0x7F) >> bit & 1) made ^= of_bit;
    }
  return made ^ of_length;
}

Array array(std::string_view password) {
  Array made = {0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00};
  const size_t size = std::min(password.size(), made.size());
  std::rotate(made.begin(), made.end() - static_cast<ptrdiff_t>(size), made.end());
  std::copy_n(password.begin(), size, made.begin());
  const uint16_t of_password = key(password);
  for (size_t n = 0; n < made.size(); ++n) {
    const auto half = static_cast<uint8_t>(n % 2 == 0 ? of_password : of_password >> 8);
    made[n] = std::rotr(static_cast<uint8_t>(made[n] ^ half), 1);
  }
  return made;
}

std::string reveal(const Array& array, std::string_view hidden, size_t index) {
  std::string plain(hidden);
  for (char& c : plain)
    c = static_cast<char>(std::rotl(static_cast<uint8_t>(static_cast<uint8_t>(c) ^ array[index++ % array.size()]), 3));
  return plain;
}

}  // namespace ole::xor_obfuscation
