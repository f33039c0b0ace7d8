// SPDX-License-Identifier: MIT
#include "uuencode.h"

#include <postern/support/header_fields.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace postern::encoded {

namespace s = postern::support;

namespace {

constexpr std::uint8_t none = 255;

constexpr std::array<std::uint8_t, 256> uu_table() {
  std::array<std::uint8_t, 256> table{};
  table.fill(none);
  for (std::size_t c = ' '; c <= '`'; ++c) table[c] = static_cast<std::uint8_t>((c - ' ') & 63);
  return table;
}
constexpr std::array<std::uint8_t, 256> xx_table() {
  std::array<std::uint8_t, 256> table{};
  table.fill(none);
  std::uint8_t value = 0;
  for (const char c : std::string_view("+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
    table[static_cast<unsigned char>(c)] = value++;
  return table;
}
constexpr auto uu = uu_table(), xx = xx_table();

std::uint8_t bits(Alphabet alphabet, char c) {
  return (alphabet == Alphabet::uu ? uu : xx)[static_cast<unsigned char>(c)];
}

bool is_data(Alphabet alphabet, std::string_view line) {
  return !line.empty() && std::all_of(line.begin(), line.end(), [&](char c) { return bits(alphabet, c) != none; });
}

std::size_t characters(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

void decode_line(std::string_view line, Alphabet alphabet, std::size_t bytes, std::string& out) {
  for (; bytes > 0; bytes -= std::min<std::size_t>(bytes, 3)) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 4; ++i)  // blanks at a line's end get lost on the way; they stand for zero
      group = group << 6 | (i < line.size() ? bits(alphabet, line[i]) : 0u);
    line.remove_prefix(std::min<std::size_t>(line.size(), 4));
    const char decoded[3] = {static_cast<char>(group >> 16), static_cast<char>(group >> 8), static_cast<char>(group)};
    out.append(decoded, std::min<std::size_t>(bytes, 3));
  }
}

}  // namespace

UuText decode_uu(std::string_view lines, Alphabet alphabet, Believe believe) {
  UuText result;
  for (std::size_t at = 0; at < lines.size();) {
    std::string_view line = s::line_at(lines, at);
    at += line.size();
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (!is_data(alphabet, line)) {
      result.bad_lines = true;
      continue;
    }
    const std::size_t told = bits(alphabet, line[0]), there = line.size() - 1, needed = characters(told);
    // One character more is a checksum that some programs write.
    if (told > 0 && (there > needed + 1 || there + 4 <= needed)) result.numbers_differ = true;
    if (told == 0 && there > 1) result.numbers_differ = true;
    decode_line(line.substr(1), alphabet, believe == Believe::number ? told : there / 4 * 3, result.bytes);
  }
  return result;
}

bool is_uu_line(std::string_view line) {
  constexpr std::size_t long_enough = 24;  // no word of capitals is that long
  if (line.size() < 2 || !is_data(Alphabet::uu, line)) return false;
  const std::size_t needed = characters(bits(Alphabet::uu, line[0])), there = line.size() - 1;
  return there >= long_enough || (needed > 0 && there <= needed + 1 && there + 4 > needed);
}

bool is_xx_line(std::string_view line) {
  if (line.size() < 5 || !is_data(Alphabet::xx, line)) return false;
  const std::size_t needed = characters(bits(Alphabet::xx, line[0])), there = line.size() - 1;
  return there == needed || there == needed + 1;
}

}  // namespace postern::encoded
