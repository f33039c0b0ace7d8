// SPDX-License-Identifier: MIT
#include "compound.h"

#include <gmock/gmock.h>

#include <map>

#include "support/office/cfb_writer.h"

namespace ole {
namespace {

using postern::testing::CfbWriter;
using ::testing::ElementsAre;
using ::testing::Pair;
using Streams = std::map<std::string, std::string>;

std::string letters(size_t n) {
  std::string out(n, '\0');
  for (size_t i = 0; i < n; ++i) out[i] = static_cast<char>('a' + i % 26);
  return out;
}

Streams streams(Compound& file) {
  Streams all;
  for (uint32_t n = 0; n < file.entries().size(); ++n)
    if (file.entries()[n].kind == Entry::Kind::stream) all[file.path(n)] = file.read(n);
  return all;
}

void set32(std::string& entry, size_t at, uint32_t value) {
  for (size_t n = 0; n < 4; ++n) entry[at + n] = static_cast<char>(value >> (8 * n) & 255);
}

TEST(Compound, ReadsSmallAndLargeStreamsByTheirPath) {
  const std::string large = letters(10000);
  const std::string bytes = CfbWriter().stream("Small", "small").stream("A/B/Large", large).storage("Empty").bytes();
  Compound file(bytes);
  EXPECT_THAT(streams(file), ElementsAre(Pair("A/B/Large", large), Pair("Small", "small")));
  EXPECT_TRUE(file.defects().empty());
}

TEST(Compound, ReadsSectorsInAnyOrderAndOfAnySize) {
  for (const bool is_new : {false, true}) {
    const std::string large = letters(30000), small = letters(300);
    CfbWriter writer;
    writer.scattered().stream("small", small).stream("large", large);
    if (is_new) writer.version4();
    const std::string bytes = writer.bytes();
    Compound file(bytes);
    EXPECT_THAT(streams(file), ElementsAre(Pair("large", large), Pair("small", small)));
    EXPECT_FALSE(file.range(*file.find(0, "large")));
    EXPECT_TRUE(file.defects().empty());
  }
}

TEST(Compound, KnowsWhereAStreamInOnePieceStands) {
  const std::string bytes = CfbWriter().stream("large", letters(9999)).stream("small", letters(200)).bytes();
  Compound file(bytes);
  for (const char* name : {"large", "SMALL"}) {
    const auto stream = file.find(0, name);
    ASSERT_TRUE(stream);
    const auto range = file.range(*stream);
    ASSERT_TRUE(range);
    EXPECT_EQ(bytes.substr(range->offset, range->length), file.read(*stream));
  }
}

TEST(Compound, FollowsTheListOfTheFatBeyondTheHeader) {
  const std::string huge(8 << 20, 'h');
  const std::string bytes = CfbWriter().stream("huge", huge).bytes();
  Compound file(bytes);
  EXPECT_EQ(file.read(1), huge);
}

TEST(Compound, EndsAChainThatGoesRoundInCircles) {
  const std::string bytes = CfbWriter()
                                .stream("x", letters(9000))
                                .forge("x", [](std::string& e) { set32(e, 120, 0x7FFFFFFF); })
                                .forge_fat([](std::vector<uint32_t>& fat) { fat[5] = 2; })
                                .bytes();
  Compound file(bytes);
  bool is_whole = true;
  size_t size = 0;
  is_whole = file.copy(1, [&](std::string_view piece) { size += piece.size(); });
  EXPECT_FALSE(is_whole);
  EXPECT_LE(size, bytes.size() + 512);
  EXPECT_TRUE(file.defects().count(Defect::chain));
}

TEST(Compound, VisitsEveryEntryOnce) {
  const std::string bytes =
      CfbWriter()
          .stream("a", "A")
          .stream("dir/b", "B")
          .forge("dir", [](std::string& e) { set32(e, 76, 0), set32(e, 68, 2), set32(e, 72, 77); })
          .bytes();
  Compound file(bytes);
  EXPECT_TRUE(file.defects().count(Defect::directory));
  EXPECT_THAT(file.orphans(), ElementsAre(3u));  // "b", whose storage lists the root instead
  EXPECT_EQ(file.read(file.orphans()[0]), "B");
}

TEST(Compound, BoundsWhatStreamsOnTheSameSectorsGive) {
  CfbWriter writer;
  writer.stream("first", letters(200000));
  for (int n = 0; n < 300; ++n)
    writer.stream("s" + std::to_string(n), "x").forge("s" + std::to_string(n), [](std::string& e) {
      set32(e, 116, 0);
      set32(e, 120, 200000);
    });
  const std::string bytes = writer.bytes();
  Compound file(bytes);
  size_t size = 0;
  for (uint32_t n = 1; n < file.entries().size(); ++n)
    if (file.entries()[n].kind == Entry::Kind::stream)
      file.copy(n, [&](std::string_view piece) { size += piece.size(); });
  EXPECT_TRUE(file.is_over_limit());
  EXPECT_LE(size, bytes.size() * 8 + (1 << 20));
}

TEST(Compound, ReadsEveryBeginningOfAFile) {
  const std::string bytes =
      CfbWriter().scattered().stream("a/small", letters(300)).stream("large", letters(6000)).bytes();
  for (size_t n = 512; n < bytes.size(); n += 7) {
    const std::string beginning = bytes.substr(0, n);
    Compound file(beginning);
    streams(file);
  }
}

TEST(Compound, BelievesNoHeader) {
  std::string bytes = CfbWriter().stream("a", "A").bytes();
  for (size_t at = 24; at < 512; ++at) {
    std::string damaged = bytes;
    damaged[at] = '\xFF';
    Compound file(damaged);
    streams(file);
  }
}

}  // namespace
}  // namespace ole
