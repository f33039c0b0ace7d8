// SPDX-License-Identifier: MIT
#include "iso_walk.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/archives.h"

namespace archive_plugin {
namespace {

using postern::testing::iso_of;
using postern::testing::packed_by;

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

TEST(IsoWalk, TakesAnyPrefixOfAnImage) {
  const std::string image = iso_of({{"A.TXT;1", "plain"}}, {{"b.txt", "joliet"}});
  for (size_t n = 0; n < image.size(); n += 97) {
    const std::vector<char> heap(image.begin(), image.begin() + static_cast<ptrdiff_t>(n));
    EXPECT_LE(walk_iso({heap.data(), heap.size()}).files.size(), 2u);
  }
}

}  // namespace
}  // namespace archive_plugin
