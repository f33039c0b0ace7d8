// SPDX-License-Identifier: MIT
#include "support/quines.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <stdexcept>

#include "support/archives.h"
#include "support/bits.h"

namespace postern::testing {
namespace {

// ---- Deflate as a language of two words: say these bytes, and say the last ones again.

constexpr size_t word = 5;  // bytes of each

std::string say(size_t size) {
  return '\0' + little(size, 2) + little(~size, 2);
}

// Blocks with the codes that every decoder knows (RFC 1951 3.2.6); a code begins with its highest bit.
class FixedBlocks {
 public:
  void begin() { bits_.put(0b010, 3); }
  void match(size_t length, size_t distance) {
    size_t code = 257, place = 0, least = 3, nearest = 1;
    while (length - least >= size_t{1} << length_bits(code)) least += size_t{1} << length_bits(code++);
    while (distance - nearest >= size_t{1} << distance_bits(place)) nearest += size_t{1} << distance_bits(place++);
    symbol(code);
    bits_.put(static_cast<uint32_t>(length - least), length_bits(code));
    put_code(place, 5);
    bits_.put(static_cast<uint32_t>(distance - nearest), distance_bits(place));
  }
  void end() { symbol(256); }
  std::string take() { return bits_.take(); }
  std::string take_to_border() {
    bits_.put(0, 3);  // the head of a stored block without bytes, whose rest begins at the next byte
    return bits_.take() + std::string("\0\0\xff\xff", 4);
  }

 private:
  static unsigned length_bits(size_t code) { return code < 265 ? 0 : static_cast<unsigned>(code - 261) / 4; }
  static unsigned distance_bits(size_t place) { return place < 4 ? 0 : static_cast<unsigned>(place) / 2 - 1; }
  void symbol(size_t code) { code < 280 ? put_code(code - 256, 7) : put_code(0xc0 + code - 280, 8); }
  void put_code(size_t value, unsigned width) {
    while (width-- > 0) bits_.put(value >> width & 1, 1);
  }
  LowBits bits_;
};

// In exactly one word: twice ten bytes, or once sixty-six with an empty block to fill it.
std::string say_again(size_t size) {
  FixedBlocks blocks;
  blocks.begin();
  if (size == 20) {
    blocks.match(10, 20), blocks.match(10, 20);
  } else if (size == 66) {
    blocks.match(66, 66), blocks.end(), blocks.begin();
  } else {
    throw std::runtime_error("say_again: does not fit in a word");
  }
  blocks.end();
  return blocks.take();
}

// In as many bytes as it takes.
std::string say_again_at_length(size_t size) {
  constexpr size_t longest = 200, shortest = 3;
  FixedBlocks blocks;
  blocks.begin();
  for (size_t left = size; left > 0;) {
    const size_t length = left <= longest ? left : std::min(longest, left - shortest);
    blocks.match(length, size);
    left -= length;
  }
  blocks.end();
  return blocks.take_to_border();
}

// What says front, itself and back. Each line makes up for what those above it have not said of themselves.
std::string self_saying(const std::string& front, const std::string& back) {
  const std::string front_again = say_again(front.size() + word), four = say(4 * word), again = say_again(4 * word);
  std::string back_again;  // it says itself, too, so that its length depends on itself
  size_t length = 0;
  do back_again = say_again_at_length(++length + back.size());
  while (back_again.size() != length && length < 64);
  if (back_again.size() != length) throw std::runtime_error("self_saying: no length fits");
  const std::string last = say(back_again.size() + back.size());
  std::string out = front + say(front.size() + word) + front + say(front.size() + word);
  out += front_again;
  out += say(word) + front_again;
  out += say(word) + say(word);
  out += four + front_again + say(word) + say(word) + four;
  out += again;
  out += four + again + four + again + four;
  out += again;
  out += four + again + say(0) + say(0) + last;
  out += again;
  out += say(0) + say(0);
  out += last + back_again + back;
  return out + back_again + back;
}

// ---- A checksum that stands in what it is of. CRC-32 is linear, so that 32 equations tell it.

std::optional<uint32_t> fixed_point(const std::function<uint32_t(uint32_t)>& crc_with) {
  const uint32_t constant = crc_with(0);
  std::array<uint64_t, 32> rows{};  // of bit i: which bits of the checksum it is the sum of, and bit 32 the constant
  for (unsigned column = 0; column < 32; ++column) {
    const uint32_t effect = crc_with(uint32_t{1} << column) ^ constant;
    for (unsigned i = 0; i < 32; ++i) rows[i] |= uint64_t{(effect >> i & 1) ^ (i == column)} << column;
  }
  for (unsigned i = 0; i < 32; ++i) rows[i] |= uint64_t{constant >> i & 1} << 32;
  for (unsigned column = 0; column < 32; ++column) {
    const auto pivot = std::find_if(rows.begin() + column, rows.end(), [&](uint64_t row) { return row >> column & 1; });
    if (pivot == rows.end()) return std::nullopt;
    std::iter_swap(rows.begin() + column, pivot);
    for (unsigned i = 0; i < 32; ++i)
      if (i != column && rows[i] >> column & 1) rows[i] ^= rows[column];
  }
  uint32_t value = 0;
  for (unsigned i = 0; i < 32; ++i) value |= static_cast<uint32_t>(rows[i] >> 32 & 1) << i;
  return value;
}

// with(checksum, variant): the archive. Not every variant has a solution.
std::string consistent(const std::function<std::string(uint32_t, unsigned)>& with) {
  for (unsigned variant = 0; variant < 256; ++variant)
    if (const auto crc = fixed_point([&](uint32_t value) { return crc32_of(with(value, variant)); }))
      return with(*crc, variant);
  throw std::runtime_error("consistent: no variant has a solution");
}

const std::string last_block("\1\0\0\xff\xff", 5);

}  // namespace

std::string gzip_quine() {
  const auto with = [](uint32_t crc, unsigned variant, size_t size) {
    const std::string name("r.gz\0", 5);
    const std::string front = std::string("\x1f\x8b\x08\x08", 4) + little(variant, 4) + "\2\3" + name;
    return self_saying(front, last_block + little(crc, 4) + little(size, 4));
  };
  const size_t size = with(0, 0, 0).size();
  return consistent([&](uint32_t crc, unsigned variant) { return with(crc, variant, size); });
}

std::string zip_quine(const std::string& beside) {
  const ZipEntry other = deflated_entry("beside", beside);
  const auto with = [&](uint32_t crc, unsigned variant, size_t size, size_t packed) {
    ZipEntry itself{std::string(24, 'r') + std::to_string(100 + variant) + ".zip", "", 8, 0, crc, packed, size};
    const std::string front = local_header(itself);
    const size_t other_at = front.size() + packed;
    const std::string directory = central_header(itself, 0) + central_header(other, other_at);
    const std::string member = local_header(other) + other.packed;
    return self_saying(front,
                       last_block + member + directory + end_record(2, directory.size(), other_at + member.size()));
  };
  const size_t size = with(0, 0, 0, 0).size();
  const size_t front = 30 + 31, directory = 46 + 31 + 46 + other.name.size(), end = 22;
  const size_t packed = size - front - local_header(other).size() - other.packed.size() - directory - end;
  return consistent([&](uint32_t crc, unsigned variant) { return with(crc, variant, size, packed); });
}

}  // namespace postern::testing
