// SPDX-License-Identifier: MIT
#include "support/rar_archives.h"

#include <algorithm>
#include <numeric>

#include "support/archives.h"
#include "support/bits.h"

namespace postern::testing {
namespace {

// RAR 5's numbers: seven bits to the byte.
std::string number(uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7f) | 0x80);
  return out + static_cast<char>(value);
}

// Symbols by the lengths of their codes, shorter ones first, then in order.
class Code {
 public:
  explicit Code(std::vector<unsigned> lengths) : lengths_(std::move(lengths)), codes_(lengths_.size()) {
    uint32_t next = 0;
    for (unsigned length = 1; length < 16; ++length, next <<= 1)
      for (size_t symbol = 0; symbol < lengths_.size(); ++symbol)
        if (lengths_[symbol] == length) codes_[symbol] = next++;
  }
  void put(HighBits& bits, size_t symbol) const { bits.put(codes_[symbol], lengths_[symbol]); }
  const std::vector<unsigned>& lengths() const { return lengths_; }

 private:
  std::vector<unsigned> lengths_;
  std::vector<uint32_t> codes_;
};

// Most literals in 8 bits; the last two, and six more symbols, share what is left.
Code literals_and(std::vector<size_t> others, size_t symbols) {
  std::vector<unsigned> lengths(symbols);
  std::fill_n(lengths.begin(), 254, 8u);
  lengths[254] = lengths[255] = 10;
  for (const size_t symbol : others) lengths[symbol] = 10;
  return Code(std::move(lengths));
}

// The lengths of all tables, each written as it is, in a code for those lengths that occur.
void put_tables(HighBits& bits, const Code& main, size_t others) {
  std::vector<unsigned> lengths = main.lengths();
  lengths.push_back(1), lengths.push_back(1);  // distances 1 and 2
  lengths.resize(lengths.size() + others - 2);
  std::vector<unsigned> of_lengths(20);
  for (const size_t occurs : {0u, 1u, 8u, 10u}) of_lengths[occurs] = 2;
  const Code code(of_lengths);
  for (const unsigned length : of_lengths) bits.put(length, 4);
  for (const unsigned length : lengths) code.put(bits, length);
}

std::string old_block(const std::string& rest) {
  return little(crc32_of(rest) & 0xffff, 2) + rest;
}

std::string new_block(const std::string& rest) {
  const std::string sized = number(rest.size()) + rest;
  return little(crc32_of(sized), 4) + sized;
}

std::string record(const std::string& data) {
  return number(data.size()) + data;
}

}  // namespace

std::string rar4_of(const std::vector<RarEntry>& entries, bool is_volume, bool has_encrypted_headers) {
  std::string out = std::string("Rar!\x1a\x07") + '\0';
  out += old_block("\x73" + little((is_volume ? 0x1u : 0u) | (has_encrypted_headers ? 0x80u : 0u), 2) + little(13, 2) +
                   std::string(6, '\0'));
  if (has_encrypted_headers) return out + std::string(200, '\x55');
  for (const RarEntry& e : entries) {
    const std::string& packed = e.packed.empty() ? e.content : e.packed;
    const unsigned flags =
        0x8000u | (e.is_encrypted ? 0x4u : 0u) | (e.is_split ? 0x2u : 0u) | (e.is_directory ? 0xe0u : 0u);
    out += old_block("\x74" + little(flags, 2) + little(32 + e.name.size(), 2) + little(packed.size(), 4) +
                     little(e.content.size(), 4) + "\x03" + little(crc32_of(e.content), 4) + little(0x5a215a21, 4) +
                     "\x1d" + (e.packed.empty() ? "\x30" : "\x33") + little(e.name.size(), 2) + little(e.mode, 4) +
                     e.name);
    out += packed;
  }
  return out + old_block("\x7b" + little(0x4000u | (is_volume ? 1u : 0u), 2) + little(7, 2));
}

std::string rar5_of(const std::vector<RarEntry>& entries, bool is_volume, bool has_encrypted_headers) {
  constexpr unsigned method_3 = 3u << 7;
  std::string out = std::string("Rar!\x1a\x07\x01") + '\0';
  if (has_encrypted_headers)
    return out + new_block(number(4) + number(0) + number(0) + number(0) + "\x0f" + std::string(16, 's')) +
           std::string(200, '\x55');
  out += new_block(number(1) + number(0) + number(is_volume ? 1 : 0));
  for (const RarEntry& e : entries) {
    const std::string& packed = e.packed.empty() ? e.content : e.packed;
    std::string extra;
    if (e.is_encrypted) extra += record(number(1) + number(0) + number(0) + "\x0f" + std::string(32, 's'));
    if (!e.link.empty()) extra += record(number(5) + number(1) + number(0) + number(e.link.size()) + e.link);
    const uint64_t flags = 2u | (extra.empty() ? 0u : 1u) | (e.is_split ? 16u : 0u);
    out += new_block(number(2) + number(flags) + (extra.empty() ? "" : number(extra.size())) + number(packed.size()) +
                     number(e.is_directory ? 5 : 4) + number(e.content.size()) + number(e.mode) +
                     little(crc32_of(e.content), 4) + number(e.packed.empty() ? 0 : method_3) + number(1) +
                     number(e.name.size()) + e.name + extra);
    out += packed;
  }
  return out + new_block(number(5) + number(0) + number(is_volume ? 1 : 0));
}

std::string rar4_packed(std::string_view literals, unsigned repeated) {
  constexpr size_t end_of_block = 256, longest = 298;  // from 227 on, five bits more
  const Code main = literals_and({end_of_block, 271, 272, 273, 274, longest}, 299);
  HighBits bits;
  bits.put(0, 1);  // LZ, not PPMd
  bits.put(0, 1);  // the lengths are new
  put_tables(bits, main, 60 + 17 + 28);
  for (const char c : literals) main.put(bits, static_cast<unsigned char>(c));
  main.put(bits, longest);
  bits.put(repeated - 227, 5);
  bits.put(0, 1);  // distance 1
  main.put(bits, end_of_block);
  bits.put(0, 16);
  return bits.take();
}

std::string rar5_packed(std::string_view literals, unsigned repeated) {
  constexpr size_t longer = 262 + 4 * (5 + 1) + 3;  // from 226 on, five bits more
  const Code main = literals_and({256, 257, 258, 259, 260, longer}, 306);
  HighBits bits;
  put_tables(bits, main, 64 + 16 + 44);
  for (const char c : literals) main.put(bits, static_cast<unsigned char>(c));
  main.put(bits, longer);
  bits.put(repeated - 226, 5);
  bits.put(0, 1);  // distance 1
  const size_t in_last_byte = (bits.size() + 7) % 8 + 1;
  const std::string bytes = bits.take();
  constexpr unsigned has_table = 0x80, is_last = 0x40, two_bytes_of_size = 1u << 3;
  const unsigned flags = has_table | is_last | two_bytes_of_size | static_cast<unsigned>(in_last_byte - 1);
  const unsigned low = bytes.size() & 0xff, high = bytes.size() >> 8 & 0xff;
  return little(flags, 1) + little(0x5a ^ flags ^ low ^ high, 1) + little(low, 1) + little(high, 1) + bytes;
}

}  // namespace postern::testing
