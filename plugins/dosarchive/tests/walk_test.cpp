// SPDX-License-Identifier: MIT
#include "walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "arc_walk.h"
#include "arj_walk.h"
#include "heads.h"
#include "support/archives.h"
#include "support/dos_archives.h"
#include "zoo_walk.h"

namespace dosarchive_plugin {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace postern::testing;

const std::vector<DosEntry> two = {{"A.TXT", "hello"}, {"B.TXT", "world!", 0, {}, 0, 0, {}}};

struct Format {
  Kind kind;
  std::function<std::string(const std::vector<DosEntry>&)> make;
  Walk (*walk)(std::string_view);
};
const std::vector<Format> formats = {{Kind::arj, [](const auto& e) { return arj_of(e); }, walk_arj},
                                     {Kind::arc, [](const auto& e) { return arc_of(e); }, walk_arc},
                                     {Kind::zoo, [](const auto& e) { return zoo_of(e); }, walk_zoo}};

void expect_inside(const Walk& walk, size_t size) {
  for (const Member& m : walk.members) {
    ASSERT_LE(m.packed.begin, m.packed.end);
    ASSERT_LE(m.packed.end, size);
  }
  for (const Range& r : walk.leftovers) {
    ASSERT_LE(r.begin, r.end);
    ASSERT_LE(r.end, size);
  }
}

TEST(DosWalk, ListsMembersOfEveryFormat) {
  for (const auto& [kind, make, walk_of] : formats) {
    for (auto entries : {two, std::vector<DosEntry>{{"A.TXT", "hello", kind == Kind::arc ? 2 : 0}, {"B.TXT", "world!", kind == Kind::arc ? 1 : 0}}}) {
      if (kind == Kind::arc) entries[0].method = 2, entries[1].method = 1;
      const std::string archive = make(entries);
      const Walk walk = walk_of(archive);
      ASSERT_EQ(walk.members.size(), 2u) << name(kind);
      EXPECT_THAT(walk.members[0].names, ElementsAre("A.TXT")) << name(kind);
      EXPECT_EQ(archive.substr(walk.members[1].packed.begin, walk.members[1].packed.end - walk.members[1].packed.begin), "world!");
      EXPECT_EQ(walk.members[1].size, 6u);
      EXPECT_EQ(walk.members[1].method, Method::stored);
      EXPECT_EQ(walk.damage, "") << name(kind);
      EXPECT_THAT(walk.leftovers, IsEmpty()) << name(kind);
      ASSERT_TRUE(head_of(archive, "application/octet-stream")) << name(kind);
      EXPECT_EQ(head_of(archive, "application/octet-stream")->kind, kind);
    }
  }
}

TEST(DosWalk, StaysInsideOfWhatIsCutAnywhereAndSaysSo) {
  for (const auto& [kind, make, walk_of] : formats) {
    auto entries = two;
    if (kind == Kind::arc) entries[0].method = entries[1].method = 2;
    const std::string archive = make(entries);
    for (size_t size = 0; size < archive.size(); ++size) {
      const std::string cut = archive.substr(0, size);
      const Walk walk = walk_of(cut);
      expect_inside(walk, size);
      ASSERT_NE(walk.damage, "") << name(kind) << " at " << size;
    }
  }
}

TEST(DosWalk, StaysInsideOfDamagedBytes) {
  std::mt19937 random(3);
  for (const auto& [kind, make, walk_of] : formats) {
    auto entries = two;
    if (kind == Kind::arc) entries[0].method = entries[1].method = 2;
    const std::string archive = make(entries);
    for (int round = 0; round < 20000; ++round) {
      std::string damaged = archive;
      for (int n = 0; n < 3; ++n) damaged[random() % damaged.size()] = static_cast<char>(random());
      expect_inside(walk_of(damaged), damaged.size());
      head_of(damaged, "");
    }
  }
}

TEST(DosWalk, BytesBehindTheEndAreLeftOver) {
  for (const auto& [kind, make, walk_of] : formats) {
    auto entries = two;
    if (kind == Kind::arc) entries[0].method = entries[1].method = 2;
    const std::string archive = make(entries);
    const Walk walk = walk_of(archive + "behind");
    ASSERT_EQ(walk.leftovers.size(), 1u) << name(kind);
    EXPECT_EQ(walk.leftovers[0].begin, archive.size()) << name(kind);
  }
}

// ---- ARJ

TEST(ArjWalk, TellsPasswordsVolumesDirectoriesAndProtection) {
  const Walk walk = walk_arj(arj_of({{"a", "x", 1, "xxxx", 0x01}, {"b", "y", 0, {}, 0x04}, {"c", "z", 0, {}, 0x08}, {"d/", "", 0, {}, 0, 3}, {"e", "?", 7}}, 0x4c));
  ASSERT_EQ(walk.members.size(), 5u);
  EXPECT_TRUE(walk.is_volume);
  EXPECT_TRUE(walk.is_protected);
  EXPECT_TRUE(walk.members[0].is_encrypted);
  EXPECT_FALSE(walk.members[0].is_split);
  EXPECT_TRUE(walk.members[1].is_split);
  EXPECT_TRUE(walk.members[2].is_split);
  EXPECT_TRUE(walk.members[3].is_special);
  EXPECT_EQ(walk.members[4].method, Method::unknown);
  EXPECT_EQ(walk.members[4].label, "arj 7");
}

TEST(ArjWalk, TakesADirectoryWithBytesForAFile) {
  const Walk walk = walk_arj(arj_of({{"d", "bytes", 0, "bytes", 0, 3}}));
  ASSERT_EQ(walk.members.size(), 1u);
  EXPECT_FALSE(walk.members[0].is_special);
}

TEST(ArjWalk, GoesOnBehindAHeaderWithAWrongChecksum) {
  const Walk walk = walk_arj(arj_of({{"a", "x"}, {"b", "y", 0, {}, 0, 0, {}, 0, true}, {"c", "z"}}));
  EXPECT_EQ(walk.members.size(), 3u);
  EXPECT_NE(walk.damage, "");
}

TEST(ArjWalk, FindsTheNextHeaderBehindRubbish) {
  std::string archive = arj_of({{"first", "x"}, {"second", "y"}});
  const size_t second = archive.rfind("\x60\xea", archive.size() - 5);
  archive.insert(second, "rubbish");
  const Walk walk = walk_arj(archive);
  ASSERT_EQ(walk.members.size(), 2u);
  EXPECT_THAT(walk.members[1].names, ElementsAre("second"));
  ASSERT_EQ(walk.leftovers.size(), 1u);
  EXPECT_EQ(archive.substr(walk.leftovers[0].begin, 7), "rubbish");
  EXPECT_NE(walk.damage, "");
}

TEST(ArjWalk, PassesExtendedHeaders) {
  std::string archive = arj_of({{"a", "x"}});
  const size_t extended = archive.size() - 4 - 1 - 2;  // end mark, content, no extended header
  archive.replace(extended, 2, little(3, 2) + "ext" + little(crc32_of("ext"), 4) + little(0, 2));
  const Walk walk = walk_arj(archive);
  ASSERT_EQ(walk.members.size(), 1u);
  EXPECT_EQ(archive[walk.members[0].packed.begin], 'x');
  EXPECT_EQ(walk.damage, "");
}

TEST(ArjWalk, GivesUpAmongDecoys) {
  std::string decoy = "\x60\xea" + little(2600, 2) + little(30, 1) + "\x0b\x01\x02" + little(0, 2) + little(2, 1);
  std::string decoys;
  for (int i = 0; i < 20000; ++i) decoys += decoy;
  decoys += std::string(3000, '\1');
  const Walk walk = walk_arj(arj_of({{"a", "x"}}).substr(0, 60) + decoys);
  EXPECT_TRUE(walk.has_too_many);
  const auto head = head_of("GIF89a" + decoys, "image/gif");
  ASSERT_TRUE(head);
  EXPECT_TRUE(head->is_given_up);
}

// ---- ZOO

TEST(ZooWalk, TellsBothNamesFoldersAndDeletedEntries) {
  const Walk walk = walk_zoo(zoo_of({{"a long name.txt", "x", 0, {}, 0, 0, "some/folder"}, {"GONE.TXT", "y", 2, "packed", 1}}));
  ASSERT_EQ(walk.members.size(), 2u);
  EXPECT_THAT(walk.members[0].names, ElementsAre("some/folder/a long name.txt", "a long name."));
  EXPECT_FALSE(walk.members[0].is_deleted);
  EXPECT_TRUE(walk.members[1].is_deleted);
  EXPECT_EQ(walk.members[1].method, Method::lzh5);
}

TEST(ZooWalk, LeavesACircle) {
  const uint32_t first = 42, second = first + static_cast<uint32_t>(zoo_entry({"A", ""}, 1, 0).size());
  for (const uint32_t back : {first, second}) {
    const Walk walk = walk_zoo(zoo_head() + zoo_entry({"A", ""}, second, 0) + zoo_entry({"B", ""}, back, 0));
    EXPECT_EQ(walk.members.size(), 2u);
    EXPECT_NE(walk.damage.find("circle"), std::string::npos);
  }
}

TEST(ZooWalk, TellsMembersThatShareBytes) {
  const uint32_t first = 42, second = first + static_cast<uint32_t>(zoo_entry({"A", "same"}, 1, 0).size()),
                 end = second + static_cast<uint32_t>(zoo_entry({"B", "same"}, 1, 0).size()) + 4;
  const Walk walk = walk_zoo(zoo_head() + zoo_entry({"A", "same"}, second, end - 4) + zoo_entry({"B", "same"}, end, end - 4) + "same" +
                             zoo_entry({}, 0, 0));
  EXPECT_EQ(walk.members.size(), 2u);
  EXPECT_TRUE(walk.has_overlap);
  EXPECT_EQ(walk.damage, "");
}

TEST(ZooWalk, LeavesNoByteOut) {
  const std::string gap = "a gap that no entry leads to";
  const auto start = static_cast<uint32_t>(42 + gap.size());
  const Walk walk = walk_zoo(zoo_head(start) + gap + zoo_entry({}, 0, 0));
  ASSERT_EQ(walk.leftovers.size(), 1u);
  EXPECT_EQ(walk.leftovers[0].begin, 42u);
  EXPECT_EQ(walk.leftovers[0].end, start);
}

TEST(ZooWalk, SeesWhatTheLastEntryHides) {
  const std::string head = zoo_head();
  const auto offset = static_cast<uint32_t>(head.size() + zoo_entry({"HIDDEN", "x"}, 0, 0).size());
  const Walk walk = walk_zoo(head + zoo_entry({"HIDDEN", "x"}, 0, offset) + "x");
  EXPECT_EQ(walk.members.size(), 1u);
}

TEST(ZooWalk, DoesNotBelieveSizes) {
  std::string archive = zoo_of({{"A", "x"}});
  archive.replace(42 + 24, 4, "\xff\xff\xff\xff");
  const Walk walk = walk_zoo(archive);
  ASSERT_EQ(walk.members.size(), 1u);
  EXPECT_TRUE(walk.members[0].is_cut);
  EXPECT_EQ(walk.members[0].packed.end, archive.size());
}

// ---- ARC

TEST(ArcWalk, FindsTheNextHeaderBehindRubbish) {
  std::string archive = arc_of({{"A.TXT", "hello", 2}, {"B.TXT", "world!", 2}});
  archive.insert(29 + 5, "rubbish");
  const Walk walk = walk_arc(archive);
  ASSERT_EQ(walk.members.size(), 2u);
  EXPECT_THAT(walk.members[1].names, ElementsAre("B.TXT"));
  EXPECT_NE(walk.damage, "");
}

// ---- what is none of the three

TEST(DosHeads, TakesNoOrdinaryBytesForAnArchive) {
  std::mt19937 random(11);
  for (int round = 0; round < 300000; ++round) {
    std::string noise(64 + random() % 200, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    switch (round % 4) {
      case 0: noise.replace(0, 2, "\x60\xea"); break;
      case 1: noise[0] = '\x1a', noise[1] = static_cast<char>(1 + random() % 9); break;
      case 2: noise.replace(0, 6, "MZ\x60\xea\x2a\0"s); break;
      default: noise.replace(0, 16, "\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska");  // begins as ARC does
    }
    ASSERT_FALSE(head_of(noise, "application/octet-stream")) << round;
  }
  for (const std::string text : {"ZOO 2.10 Archive. is what it begins with", "\x1a", "\x60\xea", "", "\x1a\x08", "`\xea\0\0"})
    EXPECT_FALSE(head_of(text, "text/plain"));
  EXPECT_FALSE(head_of("\x1a\x08notes for all of us, and more of them than there is room for"s, "application/octet-stream"));
  EXPECT_FALSE(head_of("GIF89a" + std::string("\x60\xea\0\0", 4) + std::string(600, '\x60') + "\xea", "image/gif"));
}

TEST(DosHeads, LooksIntoNoOtherArchiveAndNoMail) {
  const std::string inside = "front" + arj_of({{"A", "x"}});
  EXPECT_FALSE(head_of(inside, "application/zip"));
  EXPECT_FALSE(head_of(inside, "application/x-tar"));
  EXPECT_FALSE(head_of(inside, "message/rfc822"));
  const auto picture = head_of(inside, "image/png"), office = head_of(inside, "application/x-ole-storage"),
             program = head_of("MZ" + inside, "application/x-dosexec");
  ASSERT_TRUE(picture && office && program);
  EXPECT_EQ(picture->offset, 5u);
  EXPECT_TRUE(picture->is_polyglot);
  EXPECT_TRUE(office->is_enclosed);
  EXPECT_FALSE(office->is_polyglot);
  EXPECT_FALSE(program->is_polyglot);
}

}  // namespace
}  // namespace dosarchive_plugin
