// SPDX-License-Identifier: MIT
#include "codec.h"

#include <gtest/gtest.h>

#include <random>

#include "support/archives.h"

namespace archive_plugin {
namespace {

using postern::testing::deflated;
using postern::testing::stream_of;
using namespace std::string_literals;

struct Outcome {
  Progress progress;
  std::string content;
  size_t consumed;
};

Outcome decode(Compression compression, const std::string& bytes) {
  const std::vector<char> heap(bytes.begin(), bytes.end());  // so that a read behind the end shows
  const auto codec = make_codec(compression);
  codec->start({heap.data(), heap.size()});
  Outcome out{Progress::more, {}, 0};
  for (int steps = 0; out.progress == Progress::more && steps < 100000; ++steps) {
    std::string_view piece;
    out.progress = codec->next(piece);
    out.content += piece;
  }
  out.consumed = codec->consumed();
  return out;
}

// Text that compresses, and noise that does not, over several windows.
std::string sample() {
  std::mt19937 random(4711);
  std::string all;
  for (int i = 0; i < 12000; ++i) all += "line " + std::to_string(random() % 1000) + "\n";
  for (int i = 0; i < 80000; ++i) all += static_cast<char>(random());
  return all + std::string(300000, 'z');
}

const std::vector<Compression> all_streams = {Compression::gzip, Compression::bzip2,    Compression::xz,
                                              Compression::lzma, Compression::lzip,     Compression::zstd,
                                              Compression::lz4,  Compression::compress, Compression::brotli,
                                              Compression::lzop, Compression::zisofs};

TEST(Codec, GivesBackWhatWasCompressed) {
  const std::string content = sample();
  for (const Compression c : all_streams) {
    const std::string packed = stream_of(name(c), content);
    const Outcome out = decode(c, packed);
    EXPECT_EQ(out.progress, Progress::end) << name(c);
    EXPECT_TRUE(out.content == content) << name(c);
    EXPECT_EQ(out.consumed, packed.size()) << name(c);
  }
  EXPECT_TRUE(decode(Compression::deflate, deflated(content)).content == content);
}

TEST(Codec, StopsWhereTheStreamEnds) {
  for (const Compression c : all_streams) {
    if (c == Compression::compress) continue;  // it ends with the file
    const std::string packed = stream_of(name(c), "hello");
    const Outcome out = decode(c, packed + "behind it");
    EXPECT_EQ(out.progress, Progress::end) << name(c);
    EXPECT_EQ(out.content, "hello") << name(c);
    EXPECT_EQ(out.consumed, packed.size()) << name(c);
  }
}

TEST(Codec, CallsEveryPrefixCut) {
  const std::string content = "hello, hello, hello, and hello";
  for (const Compression c : all_streams) {
    if (c == Compression::compress) continue;
    const std::string packed = stream_of(name(c), content);
    for (size_t n = 0; n < packed.size(); ++n) {
      const Outcome out = decode(c, packed.substr(0, n));
      EXPECT_EQ(out.progress, Progress::damaged) << name(c) << " cut to " << n;
      EXPECT_TRUE(content.starts_with(out.content)) << name(c) << " cut to " << n;
    }
  }
}

TEST(Codec, RefusesMemoryThatNobodyNeeds) {
  std::string lzma = stream_of("lzma", "hello");
  lzma.replace(1, 4, "\xff\xff\xff\xff");
  EXPECT_EQ(decode(Compression::lzma, lzma).progress, Progress::too_large);
  EXPECT_EQ(decode(Compression::zstd, "\x28\xb5\x2f\xfd\0\xa8\1\0\0"s).progress, Progress::too_large);
}

// Fixed and stored blocks are those of deflate; the longest length and the two last distances are its own.
TEST(Codec, ReadsDeflate64) {
  EXPECT_EQ(decode(Compression::deflate64, postern::testing::stored_block("hello", true)).content, "hello");
  // Fixed codes: 'a', then length code 285 with 16 bits of length less 3, distance 1, end of block.
  std::string bits;
  const auto put = [&](uint32_t value, int n) {
    for (int i = 0; i < n; ++i) bits += static_cast<char>(value >> i & 1);
  };
  const auto put_code = [&](uint32_t code, int n) {  // Huffman codes begin with their highest bit
    for (int i = n; i-- > 0;) bits += static_cast<char>(code >> i & 1);
  };
  put(1, 1), put(1, 2);
  put_code(0x30 + 'a', 8);
  put_code(0xc0 + 285 - 280, 8), put(60000 - 3, 16), put_code(0, 5);
  put_code(0, 7);
  std::string bytes((bits.size() + 7) / 8, '\0');
  for (size_t i = 0; i < bits.size(); ++i) bytes[i / 8] = static_cast<char>(bytes[i / 8] | bits[i] << i % 8);
  const Outcome out = decode(Compression::deflate64, bytes);
  EXPECT_EQ(out.progress, Progress::end);
  EXPECT_EQ(out.content.size(), 60001u);
  EXPECT_EQ(out.content.find_first_not_of('a'), std::string::npos);
}

TEST(Codec, ReadsBlocksOfZisofsThatTakeNoBytes) {
  constexpr size_t block = 32768;
  const std::string head = "\x37\xe4\x53\x96\xc9\xdb\xd6\x07" + postern::testing::little(2 * block, 4) + "\4\x0f\0\0"s;
  const std::string table = postern::testing::little(28, 4);
  const Outcome out = decode(Compression::zisofs, head + table + table + table);
  EXPECT_EQ(out.progress, Progress::end);
  EXPECT_TRUE(out.content == std::string(2 * block, '\0'));
}

TEST(Codec, DoesNotBelieveZisofs) {
  const std::string honest = stream_of("zisofs", "hello");
  const auto with = [&](size_t at, const std::string& bytes) {
    return std::string(honest).replace(at, bytes.size(), bytes);
  };
  EXPECT_EQ(decode(Compression::zisofs, honest).content, "hello");
  EXPECT_EQ(decode(Compression::zisofs, with(12, "\1")).progress, Progress::unsupported);
  EXPECT_EQ(decode(Compression::zisofs, with(13, "\x3f")).progress, Progress::unsupported);
  EXPECT_EQ(decode(Compression::zisofs, with(8, "\6")).progress, Progress::damaged);  // more than is there
  EXPECT_EQ(decode(Compression::zisofs, with(8, "\xff\xff\xff\xff")).progress, Progress::damaged);  // a longer table
  EXPECT_EQ(decode(Compression::zisofs, with(20, "\1\0\0\0"s)).progress, Progress::damaged);  // ends before it begins
  EXPECT_EQ(decode(Compression::zisofs, with(20, "\xff\xff\xff\xff")).progress, Progress::damaged);
}

TEST(Codec, ReadsSzdd) {
  const std::string bytes =
      "SZDD\x88\xf0\x27\x33"
      "A\0"s +
      postern::testing::little(9, 4) +
      "\x07"
      "abc\xf0\xf3"s;  // three letters, then they twice
  EXPECT_EQ(decode(Compression::szdd, bytes).content, "abcabcabc");
}

}  // namespace
}  // namespace archive_plugin
