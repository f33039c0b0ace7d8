// SPDX-License-Identifier: MIT
#include "rar_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/rar_archives.h"

namespace archive_plugin {
namespace {

using postern::testing::rar4_of;
using postern::testing::rar5_of;
using postern::testing::RarEntry;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Maker = std::string (*)(const std::vector<RarEntry>&, bool, bool);
const std::vector<std::pair<const char*, Maker>> makers = {{"RAR 4", rar4_of}, {"RAR 5", rar5_of}};

TEST(RarWalk, ListsMembersAndTheEnd) {
  for (const auto& [format, make] : makers) {
    const std::string rar = make({{"a.txt", "hello"}, {"b.txt", "world!"}}, false, false);
    const RarWalk walk = walk_rar(rar + "behind");
    ASSERT_EQ(walk.members.size(), 2u) << format;
    EXPECT_THAT(walk.members[0].names, ElementsAre("a.txt")) << format;
    EXPECT_EQ(walk.members[1].size, 6u) << format;
    EXPECT_TRUE(rar.substr(0, walk.members[1].end).ends_with("world!")) << format;
    EXPECT_EQ(walk.members[0].end, walk.members[1].begin) << format;
    EXPECT_EQ(walk.end, rar.size()) << format;
    EXPECT_TRUE(walk.is_whole) << format;
    EXPECT_FALSE(walk.is_volume) << format;
    EXPECT_FALSE(walk.are_headers_encrypted) << format;
  }
}

TEST(RarWalk, EndsAMemberOfExabytesWhereTheArchiveEnds) {
  std::string rar = rar4_of({{"12345678", "hello"}});
  const size_t file = 7 + 13;
  rar.replace(file + 3, 2, std::string("\0\x81", 2));  // sizes have a higher half, which stands before the name
  rar.replace(file + 7, 4, "\xff\xff\xff\xff");
  rar.replace(file + 32, 4, "\xff\xff\xff\xff");
  const RarWalk walk = walk_rar(rar);
  ASSERT_EQ(walk.members.size(), 1u);
  EXPECT_EQ(walk.members[0].end, rar.size());
  EXPECT_FALSE(walk.is_whole);
}

TEST(RarWalk, TellsLinksDirectoriesAndWhereBytesBegin) {
  const std::string rar = rar4_of({{.name = "a", .content = "target", .mode = 0120777},
                                   {.name = "b", .content = "x", .mode = 0020644},
                                   {.name = "c", .content = "", .is_directory = true},
                                   {.name = "d", .content = "hello"}});
  const RarWalk walk = walk_rar(rar);
  ASSERT_EQ(walk.members.size(), 4u);
  EXPECT_EQ(walk.members[0].link, "target");
  EXPECT_TRUE(walk.members[0].is_special);
  EXPECT_TRUE(walk.members[1].is_special);
  EXPECT_TRUE(walk.members[2].is_special);
  EXPECT_EQ(walk.members[2].data, walk.members[2].end);
  EXPECT_FALSE(walk.members[3].is_special);
  EXPECT_EQ(rar.substr(walk.members[3].data, 5), "hello");
}

TEST(RarWalk, TellsEncryptionAndVolumes) {
  for (const auto& [format, make] : makers) {
    const RarWalk members = walk_rar(make({{"a", "x", true}, {"b", "y", false, true}}, true, false));
    ASSERT_EQ(members.members.size(), 2u) << format;
    EXPECT_TRUE(members.members[0].is_encrypted) << format;
    EXPECT_FALSE(members.members[1].is_encrypted) << format;
    EXPECT_TRUE(members.members[1].is_split) << format;
    EXPECT_TRUE(members.is_volume) << format;
    const RarWalk headers = walk_rar(make({}, false, true));
    EXPECT_TRUE(headers.are_headers_encrypted) << format;
    EXPECT_THAT(headers.members, IsEmpty()) << format;
  }
}

TEST(RarWalk, TellsWhereALinkPoints) {
  const RarWalk walk = walk_rar(rar5_of({{"a", "", false, false, "..\\..\\x"}}));
  ASSERT_EQ(walk.members.size(), 1u);
  EXPECT_EQ(walk.members[0].link, "..\\..\\x");
}

TEST(RarWalk, TakesAnyPrefixOfAFile) {
  for (const auto& [format, make] : makers) {
    const std::string rar = make({{"a.txt", "hello"}, {"b.txt", "world!"}}, false, false);
    for (size_t n = 0; n < rar.size(); ++n) {
      const std::vector<char> heap(rar.begin(), rar.begin() + static_cast<ptrdiff_t>(n));
      const RarWalk walk = walk_rar({heap.data(), heap.size()});
      EXPECT_FALSE(walk.is_whole) << format << " cut to " << n;
      for (const RarMember& m : walk.members) EXPECT_LE(m.end, n) << format;
    }
  }
}

}  // namespace
}  // namespace archive_plugin
