// SPDX-License-Identifier: MIT
#include "support/dos_archives.h"

#include <map>

#include "support/archives.h"
#include "support/bits.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;

constexpr uint32_t dos_time = 0x5a376000;  // a day in 2025

const std::string& packed_of(const DosEntry& e) {
  return e.packed.empty() ? e.content : e.packed;
}

std::string field(std::string text, size_t size) {
  text.resize(size, '\0');
  text.back() = '\0';
  return text;
}

}  // namespace

uint16_t crc16_of(std::string_view bytes) {
  unsigned crc = 0;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0xa001u : crc >> 1;
  }
  return static_cast<uint16_t>(crc);
}

// All bytes have codes of eight bits; the code of the lengths has one symbol, that of the positions, too.
std::string lzh_literals(std::string_view content, bool is_lh7) {
  const unsigned position_bits = is_lh7 ? 5 : 4;
  HighBits bits;
  bits.put(static_cast<uint32_t>(content.size()), 16);
  bits.put(0, 5), bits.put(8 + 2, 5);
  bits.put(256, 9);
  bits.put(0, position_bits), bits.put(0, position_bits);
  for (const char c : content) bits.put(static_cast<unsigned char>(c), 8);
  bits.put(0, 16);  // no further block
  return bits.take();
}

std::string arj_fastest_literals(std::string_view content) {
  HighBits bits;
  for (const char c : content) bits.put(static_cast<unsigned char>(c), 9);  // length 0 in no bits behind a zero
  return bits.take();
}

std::string zoo_lzw(std::string_view content, size_t clear_every) {
  constexpr uint32_t clear = 256, end = 257, most = 1u << 13;
  LowBits bits;
  std::map<std::string, uint32_t, std::less<>> table;
  // next: the code that the decoder defines next; it is one behind, and widens when its table is full.
  uint32_t next = end + 1;
  unsigned width = 9;
  bool has_previous = false;
  const auto put = [&](uint32_t code) {
    bits.put(code, width);
    if (has_previous && next < most) ++next;
    has_previous = true;
    if (next >= 1u << width && width < 13) ++width;
  };
  const auto reset = [&] {
    bits.put(clear, width);
    table.clear();
    next = end + 1, width = 9, has_previous = false;
  };
  reset();
  size_t since = 0;
  uint32_t defined = end + 1;
  for (size_t at = 0; at < content.size();) {
    size_t size = 1;
    while (at + size < content.size() && table.contains(content.substr(at, size + 1))) ++size;
    const std::string_view string = content.substr(at, size);
    put(size == 1 ? static_cast<unsigned char>(string[0]) : table.find(string)->second);
    if (defined < most && at + size < content.size()) table.emplace(content.substr(at, size + 1), defined++);
    at += size;
    if (clear_every > 0 && ++since % clear_every == 0) reset(), defined = end + 1;
  }
  put(end);
  return bits.take();
}

std::string rle90(std::string_view content) {
  std::string out;
  for (size_t at = 0; at < content.size();) {
    const char c = content[at];
    size_t run = 1;
    while (at + run < content.size() && run < 255 && content[at + run] == c) ++run;
    if (c == '\x90') {
      out += "\x90\0"s;
      ++at;
      continue;
    }
    out += c;
    if (run > 3) out += '\x90', out += static_cast<char>(run);
    else out.append(run - 1, c);
    at += run;
  }
  return out;
}

// 256 bytes in a tree of depth 8, whose first leaf is a node of its own: that byte, and the end.
std::string squeezed(std::string_view content) {
  constexpr unsigned end = 256;
  std::string nodes;
  const auto leaf = [](unsigned symbol) { return little(static_cast<uint16_t>(-static_cast<int>(symbol + 1)), 2); };
  for (unsigned n = 0; n < 255; ++n)
    for (unsigned side = 0; side < 2; ++side) {
      const unsigned child = 2 * n + 1 + side;  // nodes as a heap: 0 to 254, leaves from 255
      nodes += child < 255 ? little(child, 2) : child == 255 ? little(255, 2) : leaf(child - 255);
    }
  nodes += leaf(0) + leaf(end);
  LowBits bits;
  const auto put = [&](unsigned symbol) {
    const unsigned value = symbol == end ? 0 : symbol;
    for (unsigned bit = 8; bit-- > 0;) bits.put(value >> bit & 1, 1);
    if (value == 0) bits.put(symbol == end, 1);
  };
  for (const char c : content) put(static_cast<unsigned char>(c));
  put(end);
  return little(256, 2) + nodes + bits.take();
}

// ---- ARJ

std::string arj_header_of(const std::string& fields, const std::string& name, bool is_wrong) {
  const std::string head = fields + name + "\0\0"s;
  return "\x60\xea" + little(head.size(), 2) + head + little(crc32_of(head) ^ (is_wrong ? 1u : 0u), 4) + little(0, 2);
}

std::string arj_of(const std::vector<DosEntry>& entries, uint8_t main_flags) {
  const auto fields = [](uint8_t flags, uint8_t method, uint8_t type, uint64_t packed, uint64_t size, uint32_t crc) {
    return little(30, 1) + "\x0b\x01\x02" + little(flags, 1) + little(method, 1) + little(type, 1) + little(0, 1) +
           little(dos_time, 4) + little(packed, 4) + little(size, 4) + little(crc, 4) + little(0, 6);
  };
  std::string out = arj_header_of(fields(static_cast<uint8_t>(main_flags | 0x10), 0, 2, 0, 0, 0), "test.arj");
  for (const DosEntry& e : entries) {
    const std::string& packed = e.type == 3 ? e.packed : packed_of(e);
    out += arj_header_of(fields(static_cast<uint8_t>(e.flags | 0x10), static_cast<uint8_t>(e.method), e.type, packed.size(),
                                e.content.size(), crc32_of(e.content) ^ e.checksum_error),
                         e.name, e.has_wrong_header);
    out += packed;
  }
  return out + "\x60\xea\0\0"s;
}

// ---- ARC

std::string arc_of(const std::vector<DosEntry>& entries) {
  std::string out;
  for (const DosEntry& e : entries) {
    const std::string& packed = packed_of(e);
    out += "\x1a" + little(static_cast<uint8_t>(e.method), 1) + field(e.name, 13) + little(packed.size(), 4) +
           little(dos_time >> 16, 2) + little(dos_time & 0xffff, 2) + little(crc16_of(e.content) ^ e.checksum_error, 2);
    if (e.method != 1) out += little(e.content.size(), 4);
    out += packed;
  }
  return out + "\x1a\0"s;
}

// ---- ZOO

std::string zoo_head(uint32_t start) {
  std::string head = "ZOO 2.10 Archive.\x1a\0\0"s + "\xdc\xa7\xc4\xfd" + little(start, 4) + little(0u - start, 4) + "\2\0"s +
                     little(1, 1) + little(0, 6) + little(1, 1);
  return head;
}

std::string zoo_entry(const DosEntry& e, uint32_t next, uint32_t offset) {
  const std::string& packed = packed_of(e);
  const std::string long_name = e.name.size() > 12 ? e.name + '\0' : "", folder = e.folder.empty() ? "" : e.folder + '\0';
  const std::string variable = little(long_name.size(), 1) + little(folder.size(), 1) + long_name + folder + little(0, 2) +
                               little(0, 3) + little(0, 2) + little(0, 2);
  const bool is_last = next == 0;
  std::string out = "\xdc\xa7\xc4\xfd" + little(2, 1) + little(static_cast<uint8_t>(e.method), 1) + little(next, 4) +
                    little(offset, 4) + little(dos_time >> 16, 2) + little(dos_time & 0xffff, 2) +
                    little(is_last ? 0 : crc16_of(e.content) ^ e.checksum_error, 2) + little(e.content.size(), 4) +
                    little(packed.size(), 4) + "\2\0"s + little(e.flags, 1) + little(0, 1) + little(0, 4) + little(0, 2) +
                    field(e.name, 13) + little(variable.size(), 2) + little(0, 1) + little(0, 2) + variable;
  const uint16_t crc = static_cast<uint16_t>(crc16_of(out) ^ (e.has_wrong_header ? 1u : 0u));
  return out.replace(54, 2, little(crc, 2));
}

std::string zoo_of(const std::vector<DosEntry>& entries) {
  std::string out = zoo_head();
  for (const DosEntry& e : entries) {
    const auto offset = static_cast<uint32_t>(out.size() + zoo_entry(e, 1, 0).size() + 5);
    const auto next = static_cast<uint32_t>(offset + packed_of(e).size());
    out += zoo_entry(e, next, offset) + "@)#(\0"s + packed_of(e);
  }
  return out + zoo_entry({}, 0, 0);
}

}  // namespace postern::testing
