// SPDX-License-Identifier: MIT
#include "support/compressors.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace postern::testing {
namespace {

// LZMA as ZIP has it: version, length of the properties, the properties, the stream. Flag 2: it ends with a mark.
std::string zip_lzma(const std::string& content) {
  const std::string alone = stream_of("lzma", content);  // properties of 5 bytes, a size of 8, the stream
  return std::string("\x10\x02") + little(5, 2) + alone.substr(0, 5) + alone.substr(13);
}

// Bits from the lowest on; Huffman codes from their highest.
class BitWriter {
 public:
  void bits(uint32_t value, int count) {
    for (; count > 0; --count, value >>= 1) bit(value & 1);
  }
  void code(uint32_t value, int length) {
    while (length-- > 0) bit(value >> length & 1);
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

std::string mszip_block(std::string_view content, std::string_view before) {
  z_stream z{};
  if (::deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  const auto bytes = [](std::string_view text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); };
  if (!before.empty()) ::deflateSetDictionary(&z, bytes(before), static_cast<uInt>(before.size()));
  std::string out(::deflateBound(&z, content.size()), '\0');
  z.next_in = bytes(content);
  z.avail_in = static_cast<uInt>(content.size());
  z.next_out = bytes(out);
  z.avail_out = static_cast<uInt>(out.size());
  ::deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  ::deflateEnd(&z);
  return "CK" + out;
}

}  // namespace

ZipEntry packed_entry(const std::string& name, const std::string& content, uint16_t method) {
  ZipEntry entry = stored_entry(name, content);
  entry.method = method;
  switch (method) {
    case 8:
      entry.packed = deflated(content);
      break;
    case 12:
      entry.packed = stream_of("bzip2", content);
      break;
    case 14:
      entry.packed = zip_lzma(content);
      entry.flags = 2;
      break;
    case 93:
      entry.packed = stream_of("zstd", content);
      break;
    case 95:
      entry.packed = stream_of("xz", content);
      break;
    default:
      throw std::runtime_error("a method that nobody here writes");
  }
  entry.packed_size = entry.packed.size();
  return entry;
}

std::string deflate64_zeros(size_t matches) {
  BitWriter out;
  out.bits(1, 1);     // the last block
  out.bits(1, 2);     // with the fixed codes
  out.code(0x30, 8);  // literal 0
  for (size_t n = 0; n < matches; ++n) {
    out.code(0xc5, 8);  // 285: 3 and what the next 16 bits say
    out.bits(0xffff, 16);
    out.code(0, 5);  // from one byte back
  }
  out.code(0, 7);  // 256: the end
  return out.take();
}

std::string cab_mszip_of(const std::vector<File>& files) {
  constexpr size_t block = 32768;
  std::string all, entries;
  for (const File& file : files) {
    entries += little(file.content.size(), 4) + little(all.size(), 4) + little(0, 2) + little(0x5a21, 2) +
               little(0x5a21, 2) + little(0x20, 2) + file.name + '\0';
    all += file.content;
  }
  std::string data, same_block, same_input;
  size_t blocks = 0;
  for (size_t at = 0; at < all.size(); at += block, ++blocks) {
    const std::string_view now = std::string_view(all).substr(at, block);
    const std::string_view before = at == 0 ? std::string_view() : std::string_view(all).substr(at - block, block);
    // Of long runs every block is like the one before; to deflate each anew would take longer than to unpack them.
    if (same_input.empty() || now != same_input || before != same_input) same_block = mszip_block(now, before);
    same_input = now;
    data += little(0, 4) + little(same_block.size(), 2) + little(now.size(), 2) + same_block;
  }
  const size_t head = 36, folder = 8, data_at = head + folder + entries.size();
  return "MSCF" + little(0, 4) + little(data_at + data.size(), 4) + little(0, 4) + little(head + folder, 4) +
         little(0, 4) + "\x03\x01" + little(1, 2) + little(files.size(), 2) + little(0, 2) + little(7, 2) +
         little(0, 2) + little(data_at, 4) + little(blocks, 2) + little(1, 2) + entries + data;
}

}  // namespace postern::testing
