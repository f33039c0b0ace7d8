// SPDX-License-Identifier: MIT
#include "iso_walk.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/archives.h"
#include "support/iso_images.h"

namespace archive_plugin {
namespace {

using namespace postern::testing;

const IsoFile* named(const IsoWalk& walk, const std::string& name) {
  for (const IsoFile& file : walk.files)
    if (std::find(file.names.begin(), file.names.end(), name) != file.names.end()) return &file;
  return nullptr;
}

std::string bytes_of(const std::string& image, const IsoFile& file) {
  std::string all;
  for (const auto& [offset, size] : file.extents) all += image.substr(offset, size);
  return all;
}

// libarchive writes three views of one tree: plain names, Joliet's and Rock Ridge's.
TEST(IsoWalk, ShowsAFileOnceWithTheNamesOfAllTrees) {
  const std::string image = packed_by("iso9660", {{"A long name.text", "hello"}, {"folder/other.txt", "world"}});
  const IsoWalk walk = walk_iso(image);
  EXPECT_EQ(walk.trees, 2u);
  EXPECT_EQ(walk.damage, "");
  const IsoFile* file = named(walk, "A long name.text");
  ASSERT_TRUE(file);
  EXPECT_GT(file->names.size(), 1u);
  EXPECT_EQ(file->trees, 3u);
  EXPECT_EQ(bytes_of(image, *file), "hello");
  const IsoFile* other = named(walk, "folder/other.txt");
  ASSERT_TRUE(other);
  EXPECT_EQ(bytes_of(image, *other), "world");
  EXPECT_FALSE(walk.has_udf);
}

TEST(IsoWalk, ShowsWhatOnlyOneTreeHas) {
  const std::string image = iso_of({{"A.TXT;1", "plain"}}, {{"b.txt", "joliet"}});
  const IsoWalk walk = walk_iso(image);
  ASSERT_TRUE(named(walk, "A.TXT"));
  ASSERT_TRUE(named(walk, "b.txt"));
  EXPECT_EQ(named(walk, "A.TXT")->trees, 1u);
  EXPECT_EQ(named(walk, "b.txt")->trees, 2u);
  EXPECT_EQ(bytes_of(image, *named(walk, "b.txt")), "joliet");
}

TEST(IsoWalk, EndsWhenADirectoryIsItsOwnChild) {
  std::string image = iso_of({{"D", "x"}}, {{"d", "x"}});
  // The file becomes a directory that stands where the root does.
  for (const size_t directory : {19u, 20u}) {
    const size_t record = directory * 2048 + 34 + 34;
    image.replace(record + 2, 4, image.substr(directory * 2048 + 2, 4));
    image.replace(record + 10, 4, image.substr(directory * 2048 + 10, 4));
    image[record + 25] = 2;
  }
  const IsoWalk walk = walk_iso(image);
  EXPECT_LE(walk.files.size(), 4u);
}

// A writer moves directories that stand too deep, and Rock Ridge shows them where they belong.
TEST(IsoWalk, ShowsAMovedDirectoryUnderItsOwnName) {
  const IsoEntry itself{std::string(1, '\0'), std::string(iso_sector, '\0'), iso_directory};
  const std::string inside = iso_record(itself, 22) + iso_record({"X.TXT;1", "hello"}, 23);
  const std::string moved = iso_record({"D", inside, iso_directory, rock_ridge_moved()}, 22);
  const std::string image = iso_image({{"RR_MOVED", moved, iso_directory},
                                       {"D", inside, iso_directory, rock_ridge_moved()},
                                       {"X.TXT;1", "hello"},
                                       {"PLACE", "", 0, rock_ridge_child(22)}},
                                      {});
  const IsoWalk walk = walk_iso(image);
  ASSERT_TRUE(named(walk, "PLACE/X.TXT"));
  EXPECT_FALSE(named(walk, "PLACE/X.TXT")->is_disputed);
  EXPECT_FALSE(named(walk, "RR_MOVED/D/X.TXT"));
  EXPECT_EQ(walk.damage, "");
}

TEST(IsoWalk, KeepsTheBytesOfWhatRockRidgeCallsNoFile) {
  for (const std::string& said : {rock_ridge_link("x"), rock_ridge_mode(0020644), rock_ridge_child(19)}) {
    const std::string image = iso_image({{"A.TXT;1", "hello", 0, said}}, {});
    const IsoWalk walk = walk_iso(image);
    const IsoFile* file = named(walk, "A.TXT");
    if (file && file->is_directory) file = &walk.files.back();
    ASSERT_TRUE(file);
    EXPECT_EQ(bytes_of(image, *file), "hello");
    EXPECT_TRUE(file->is_disputed);
  }
}

TEST(IsoWalk, KeepsFilesApartThatOnlyBeginAlike) {
  const std::string image = iso_image({{"A;1", std::string(2048, 'a'), iso_goes_on},
                                       {"A;1", "b"},
                                       {"B;1", std::string(2048, 'a'), iso_goes_on, "", iso_first_block},
                                       {"B;1", "c"}},
                                      {});
  const IsoWalk walk = walk_iso(image);
  ASSERT_TRUE(named(walk, "A"));
  ASSERT_TRUE(named(walk, "B"));
  EXPECT_EQ(bytes_of(image, *named(walk, "A")), std::string(2048, 'a') + "b");
  EXPECT_EQ(bytes_of(image, *named(walk, "B")), std::string(2048, 'a') + "c");
}

TEST(IsoWalk, JoinsRecordsOfOneNameOnly) {
  const std::string image = iso_image({{"A;1", "hello", iso_goes_on}, {"B;1", "world"}}, {});
  const IsoWalk walk = walk_iso(image);
  ASSERT_TRUE(named(walk, "A"));
  ASSERT_TRUE(named(walk, "B"));
  EXPECT_EQ(bytes_of(image, *named(walk, "A")), "hello");
  EXPECT_EQ(bytes_of(image, *named(walk, "B")), "world");
  EXPECT_NE(walk.damage, "");
}

TEST(IsoWalk, TakesAnyPrefixOfAnImage) {
  const std::string image = iso_of({{"A.TXT;1", "plain"}}, {{"b.txt", "joliet"}});
  for (size_t n = 0; n < image.size(); n += 97) {
    const std::vector<char> heap(image.begin(), image.begin() + static_cast<ptrdiff_t>(n));
    EXPECT_LE(walk_iso({heap.data(), heap.size()}).files.size(), 2u);
  }
}

}  // namespace
}  // namespace archive_plugin
