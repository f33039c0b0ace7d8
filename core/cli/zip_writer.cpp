// SPDX-License-Identifier: MIT
#include "cli/zip_writer.h"

#include <array>
#include <utility>

namespace postern::cli {
namespace {

constexpr auto crc_table = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ ((c & 1) != 0 ? 0xEDB88320u : 0u);
    table[i] = c;
  }
  return table;
}();

uint32_t crc32(std::string_view bytes) {
  uint32_t crc = 0xFFFFFFFFu;
  for (const char c : bytes) crc = crc_table[(crc ^ static_cast<unsigned char>(c)) & 0xFFu] ^ (crc >> 8);
  return ~crc;
}

void put(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i, value >>= 8) out += static_cast<char>(value & 0xFFu);
}

// What local header and central directory say alike (APPNOTE 4.3.7, from "version needed" to "extra field length").
void put_facts(std::string& out, const ZipMember& member) {
  put(out, 20, 2);
  put(out, member.is_encrypted ? 1 : 0, 2);
  put(out, static_cast<uint16_t>(member.method), 2);
  put(out, 0x5C210000, 4);  // 1 January 2026, midnight
  put(out, member.crc, 4);
  put(out, member.data.size(), 4);
  put(out, member.size, 4);
  put(out, member.name.size(), 2);
  put(out, 0, 2);
}

// RFC 1951: bits fill a byte from its low end; Huffman codes come with their high bit first, all other numbers with
// their low bit.
class BitWriter {
 public:
  void code(uint32_t value, int bits) {
    while (bits-- > 0) bit(value >> bits & 1u);
  }
  void number(uint32_t value, int bits) {
    for (int i = 0; i < bits; ++i) bit(value >> i & 1u);
  }
  std::string take() {
    while (filled_ != 0) bit(0);
    return std::move(out_);
  }

 private:
  void bit(uint32_t value) {
    byte_ |= value << filled_;
    if (++filled_ < 8) return;
    out_ += static_cast<char>(byte_);
    byte_ = 0;
    filled_ = 0;
  }
  std::string out_;
  uint32_t byte_ = 0;
  int filled_ = 0;
};

constexpr size_t longest_match = 258;

bool repeats(std::string_view content, size_t at, size_t distance) {
  return at >= distance && content.size() - at >= longest_match &&
         content.substr(at, longest_match) == content.substr(at - distance, longest_match);
}

void put_literal(BitWriter& out, unsigned char byte) {  // RFC 1951, 3.2.6
  if (byte < 144)
    out.code(0x30u + byte, 8);
  else
    out.code(0x190u + byte - 144u, 9);
}

// One block with the fixed codes; of the matches only the longest.
std::string deflate(std::string_view content) {
  BitWriter out;
  out.number(1, 1);  // the last block
  out.number(1, 2);  // fixed codes
  for (size_t at = 0; at < content.size();) {
    const size_t distance = repeats(content, at, 1) ? 1 : repeats(content, at, 13) ? 13 : 0;
    if (distance == 0) {
      put_literal(out, static_cast<unsigned char>(content[at++]));
      continue;
    }
    out.code(0xC5, 8);                   // length 258
    out.code(distance == 1 ? 0 : 7, 5);  // distance 1; or 13 and the number that follows
    if (distance == 13) out.number(0, 2);
    at += longest_match;
  }
  out.code(0, 7);  // the end
  return out.take();
}

}  // namespace

ZipMember stored(std::string name, std::string content) {
  const auto size = static_cast<uint32_t>(content.size());
  const uint32_t crc = crc32(content);
  return {std::move(name), std::move(content), ZipMember::Method::stored, size, crc, false};
}

ZipMember deflated(std::string name, std::string_view content) {
  return {std::move(name),
          deflate(content),
          ZipMember::Method::deflated,
          static_cast<uint32_t>(content.size()),
          crc32(content),
          false};
}

ZipMember locked(std::string name, size_t size) {
  std::string noise;
  uint32_t state = 0x2545F491u;
  for (size_t i = 0; i < size + 12; ++i) {  // ZipCrypto puts twelve bytes in front (APPNOTE 6.1.3)
    state = state * 1664525u + 1013904223u;
    noise += static_cast<char>(state >> 24);
  }
  return {std::move(name), std::move(noise), ZipMember::Method::stored, static_cast<uint32_t>(size), 0x12345678u, true};
}

std::string zip(const std::vector<ZipMember>& members) {
  std::string out, directory;
  for (const ZipMember& member : members) {
    put(directory, 0x02014B50, 4);
    put(directory, 20, 2);
    put_facts(directory, member);
    put(directory, 0, 2 + 2 + 2 + 4);  // comment, disk, attributes
    put(directory, out.size(), 4);
    directory += member.name;

    put(out, 0x04034B50, 4);
    put_facts(out, member);
    out += member.name;
    out += member.data;
  }
  const size_t start = out.size();
  out += directory;
  put(out, 0x06054B50, 4);
  put(out, 0, 4);
  put(out, members.size(), 2);
  put(out, members.size(), 2);
  put(out, directory.size(), 4);
  put(out, start, 4);
  put(out, 0, 2);
  return out;
}

}  // namespace postern::cli
