// SPDX-License-Identifier: MIT
#include "codec.h"

#include <gtest/gtest.h>

#include <random>

#include "lzh.h"
#include "lzw.h"
#include "rle90.h"
#include "support/archives.h"
#include "support/dos_archives.h"

namespace dosarchive_plugin {
namespace {

using namespace std::string_literals;
using postern::testing::arj_fastest_literals;
using postern::testing::lzh_literals;
using postern::testing::rle90;
using postern::testing::squeezed;
using postern::testing::zoo_lzw;

struct Result {
  std::string bytes;
  Progress progress = Progress::more;
};

Result all(Codec& codec, size_t most = 64u << 20) {
  Result result;
  for (std::string_view piece; result.progress == Progress::more && result.bytes.size() < most; result.bytes += piece) {
    piece = {};
    result.progress = codec.next(piece);
  }
  return result;
}

Result all(Method method, std::string_view packed, uint64_t size) {
  return all(*make_codec(method, packed, size));
}

std::string text() {
  std::string out;
  for (int i = 0; i < 3000; ++i) out += "line " + std::to_string(i * 7919 % 10007) + "\n";
  return out + std::string(1000, 'r') + "\x90" + std::string(3, '\x90') + "end";
}

// compress(1)'s own stream begins with two bytes of signature and one of flags and width; ARC took the rest of it.
std::string crunched(const std::string& content, unsigned width) {
  std::string stream = postern::testing::stream_of("compress", content);
  EXPECT_EQ(static_cast<unsigned char>(stream.at(2)), 0x80u | 16u);
  return (width == 12 ? std::string(1, '\x0c') : std::string()) + stream.substr(3);
}

struct Packed {
  const char* name;
  Method method;
  std::string content, packed;
};

std::vector<Packed> samples() {
  const std::string content = text(), short_text = content.substr(0, 2000);
  return {{"lh5", Method::lzh5, content, lzh_literals(content, false)},
          {"lh7", Method::lzh7, content, lzh_literals(content, true)},
          {"fastest", Method::arj_fastest, content, arj_fastest_literals(content)},
          {"zoo", Method::zoo_lzw, content, zoo_lzw(content)},
          {"zoo with clears", Method::zoo_lzw, content, zoo_lzw(content, 300)},
          {"packed", Method::rle90, content, rle90(content)},
          {"squeezed", Method::squeezed, content, squeezed(rle90(content))},
          {"crunched", Method::crunched, short_text, crunched(rle90(short_text), 12)},
          {"squashed", Method::squashed, short_text, crunched(short_text, 13)}};
}

TEST(DosCodec, GivesBackWhatWasPacked) {
  for (const Packed& s : samples()) {
    const Result result = all(s.method, s.packed, s.content.size());
    EXPECT_EQ(result.progress, Progress::end) << s.name;
    EXPECT_TRUE(result.bytes == s.content) << s.name << ": " << result.bytes.size() << " of " << s.content.size();
  }
}

TEST(DosCodec, KnowsEmptyMembers) {
  for (const auto& [method, packed] : {std::pair<Method, std::string>{Method::lzh7, ""},
                                       {Method::arj_fastest, ""},
                                       {Method::lzh5, "\0\0"s},
                                       {Method::zoo_lzw, zoo_lzw("")},
                                       {Method::rle90, ""},
                                       {Method::squeezed, "\0\0"s},
                                       {Method::crunched, "\x0c"},
                                       {Method::squashed, ""}}) {
    const Result result = all(method, packed, 0);
    EXPECT_EQ(result.progress, Progress::end) << static_cast<int>(method);
    EXPECT_EQ(result.bytes, "") << static_cast<int>(method);
  }
}

// What a cut stream gives is the beginning of the whole, and nothing takes it for the whole but where a format has no end.
TEST(DosCodec, GivesTheBeginningOfWhatIsCutAnywhere) {
  for (const Packed& s : samples())
    for (size_t size = 0; size < std::min<size_t>(s.packed.size(), 1500); ++size) {
      const Result result = all(s.method, std::string_view(s.packed).substr(0, size), s.content.size());
      ASSERT_TRUE(s.content.starts_with(result.bytes)) << s.name << " at " << size;
      ASSERT_NE(result.progress, Progress::more) << s.name << " at " << size;
      if (s.method == Method::lzh7 || s.method == Method::arj_fastest || s.method == Method::zoo_lzw) {
        ASSERT_EQ(result.progress, Progress::damaged) << s.name << " at " << size;
      }
    }
}

TEST(DosCodec, EndsOnAnyBytes) {
  std::mt19937 random(7);
  const std::vector<Packed> methods = samples();
  for (int round = 0; round < 400; ++round) {
    std::string noise(1 + random() % 700, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    for (const Packed& s : methods) {
      const auto codec = make_codec(s.method, noise, 1u << 20);
      all(*codec, 2u << 20);
    }
  }
}

TEST(DosCodec, RunsMayBeDividedAnywhere) {
  const std::string content = text(), packed = rle90(content);
  for (const size_t piece : {1u, 2u, 3u, 7u}) {
    Rle90 runs(std::make_unique<Plain>(packed, piece));
    const Result result = all(runs);
    EXPECT_EQ(result.progress, Progress::end) << piece;
    EXPECT_TRUE(result.bytes == content) << piece;
  }
  EXPECT_EQ(all(Method::rle90, "abc\x90", 0).progress, Progress::damaged);
}

TEST(DosCodec, StopsAtTheSizeThatAnArjHeaderClaims) {
  EXPECT_EQ(all(Method::lzh7, lzh_literals("hello, world", true), 5).bytes, "hello");
  EXPECT_EQ(all(Method::arj_fastest, arj_fastest_literals("hello, world"), 5).bytes, "hello");
}

TEST(DosCodec, RefusesCodesThatAreNotComplete) {
  HuffmanCode code;
  const uint8_t complete[] = {1, 2, 2}, missing[] = {1, 2, 3}, too_many[] = {1, 1, 2}, none[] = {0, 0, 0}, too_long[] = {17, 1, 1};
  EXPECT_TRUE(code.assign(complete, 3));
  EXPECT_FALSE(code.assign(missing, 3));
  EXPECT_FALSE(code.assign(too_many, 3));
  EXPECT_FALSE(code.assign(none, 3));
  EXPECT_FALSE(code.assign(too_long, 3));
}

TEST(DosCodec, EndsInASqueezedTreeThatLeadsInACircle) {
  const std::string circle = "\1\0\0\0\0\0"s;  // one node, both ways lead to itself
  EXPECT_EQ(all(Method::squeezed, circle + std::string(5000, '\x55'), 1).progress, Progress::end);
  EXPECT_EQ(all(Method::squeezed, circle + std::string(5000, '\x55'), 1).bytes, "");
  const std::string outside = "\1\0\7\0\7\0"s;
  EXPECT_EQ(all(Method::squeezed, outside + std::string(5000, '\x55'), 1).progress, Progress::damaged);
}

TEST(DosCodec, RefusesWidthsThatNobodyHas) {
  for (const char width : {'\0', '\x08', '\x11', '\xff'})
    EXPECT_EQ(all(Method::crunched, std::string(1, width) + "abc", 1).progress, Progress::damaged);
}

}  // namespace
}  // namespace dosarchive_plugin
