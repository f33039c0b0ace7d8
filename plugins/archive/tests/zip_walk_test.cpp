// SPDX-License-Identifier: MIT
#include "zip_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/archives.h"

namespace archive_plugin {
namespace {

using postern::testing::central_header;
using postern::testing::crc32_of;
using postern::testing::deflated_entry;
using postern::testing::end_record;
using postern::testing::little;
using postern::testing::local_header;
using postern::testing::overlapping_zip;
using postern::testing::stored_entry;
using postern::testing::zip_of;
using postern::testing::ZipEntry;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> tokens(const std::vector<ZipDoubt>& doubts) {
  std::vector<std::string> all;
  for (const ZipDoubt& d : doubts) all.push_back(d.token);
  return all;
}

std::vector<std::string> first_names(const ZipWalk& walk) {
  std::vector<std::string> all;
  for (const ZipMember& m : walk.members) all.push_back(m.names.front());
  return all;
}

TEST(ZipWalk, ListsAnOrdinaryFile) {
  const std::string zip = zip_of(
      {stored_entry("a.txt", "hello"), deflated_entry("b.txt", std::string(1000, 'b')), stored_entry("dir/", "")},
      "a comment");
  const ZipWalk walk = walk_zip(zip);
  EXPECT_THAT(first_names(walk), ElementsAre("a.txt", "b.txt", "dir/"));
  EXPECT_THAT(walk.doubts, IsEmpty());
  EXPECT_THAT(walk.defects, IsEmpty());
  EXPECT_EQ(walk.damage, "");
  EXPECT_EQ(walk.end, zip.size());
  EXPECT_EQ(zip.substr(walk.members[0].offset, walk.members[0].packed), "hello");
  EXPECT_EQ(walk.members[1].size, 1000u);
  EXPECT_EQ(walk.members[1].method, 8);
  EXPECT_TRUE(walk.members[2].is_directory);
}

TEST(ZipWalk, TakesAnEmptyFileForWhole) {
  const ZipWalk walk = walk_zip(end_record(0, 0, 0));
  EXPECT_THAT(walk.members, IsEmpty());
  EXPECT_EQ(walk.damage, "");
  EXPECT_EQ(walk.end, 22u);
}

TEST(ZipWalk, CountsOffsetsFromTheArchiveOrFromTheFile) {
  const std::string zip = zip_of({stored_entry("a.txt", "hello")}), before(100, '\x90');
  const ZipWalk put_before = walk_zip(before + zip);
  ASSERT_THAT(first_names(put_before), ElementsAre("a.txt"));
  EXPECT_EQ(put_before.members[0].header, 100u);
  const ZipEntry e = stored_entry("a.txt", "hello");
  const std::string file = before + local_header(e) + e.packed, directory = central_header(e, 100);
  const ZipWalk adjusted = walk_zip(file + directory + end_record(1, directory.size(), file.size()));
  ASSERT_THAT(first_names(adjusted), ElementsAre("a.txt"));
  EXPECT_THAT(adjusted.doubts, IsEmpty());
}

TEST(ZipWalk, KeepsAllNamesThatAMemberClaims) {
  ZipEntry central = stored_entry("caf\x82.txt", "x"), local = central;
  central.extra = little(0x7075, 2) + little(5 + 7, 2) + "\1" + little(0, 4) + "evil.js";
  local.name = "other.exe";
  const std::string file = local_header(local) + local.packed, directory = central_header(central, 0);
  const ZipWalk walk = walk_zip(file + directory + end_record(1, directory.size(), file.size()));
  ASSERT_EQ(walk.members.size(), 1u);
  EXPECT_THAT(walk.members[0].names, ElementsAre("caf\x82.txt", "evil.js", "caf\xc3\xa9.txt", "other.exe"));
  EXPECT_THAT(tokens(walk.doubts), ElementsAre("zip-headers-disagree"));
}

TEST(ZipWalk, BelievesTheFlagOfUtf8) {
  ZipEntry e = stored_entry("caf\xc3\xa9", "x");
  e.flags = 0x800;
  EXPECT_THAT(walk_zip(zip_of({e})).members.at(0).names, ElementsAre("caf\xc3\xa9"));
}

TEST(ZipWalk, ReadsZip64) {
  ZipEntry e = stored_entry("a", "hello");
  e.packed_size = e.size = 0xffffffff;
  e.extra = little(1, 2) + little(16, 2) + little(5, 8) + little(5, 8);
  const std::string file = local_header(e) + e.packed, directory = central_header(e, 0);
  const std::string end64 = "PK\6\6" + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 4) + little(0, 4) +
                            little(1, 8) + little(1, 8) + little(directory.size(), 8) + little(file.size(), 8);
  const std::string locator = "PK\6\7" + little(0, 4) + little(file.size() + directory.size(), 8) + little(1, 4);
  const ZipWalk walk = walk_zip(file + directory + end64 + locator + end_record(0xffff, 0xffffffff, 0xffffffff));
  ASSERT_EQ(walk.members.size(), 1u);
  EXPECT_EQ(walk.members[0].packed, 5u);
  EXPECT_EQ(walk.members[0].size, 5u);
  EXPECT_EQ(walk.damage, "");
  EXPECT_THAT(walk.doubts, IsEmpty());
}

TEST(ZipWalk, DoesNotTakeAStoredZipForASecondDirectory) {
  const std::string inner = zip_of({stored_entry("a.txt", "hello"), deflated_entry("b", std::string(500, 'b'))});
  const ZipWalk walk = walk_zip(zip_of({stored_entry("inner.zip", inner), stored_entry("again.zip", inner)}));
  EXPECT_THAT(first_names(walk), ElementsAre("inner.zip", "again.zip"));
  EXPECT_THAT(walk.doubts, IsEmpty());
}

TEST(ZipWalk, ShowsTheMembersOfBothDirectories) {
  const ZipWalk walk = walk_zip(zip_of({stored_entry("a", "1")}) + zip_of({stored_entry("b", "2")}));
  EXPECT_THAT(first_names(walk), UnorderedElementsAre("a", "b"));
  EXPECT_THAT(tokens(walk.doubts), ElementsAre("zip-two-directories"));
}

TEST(ZipWalk, FindsAMemberThatNoDirectoryLists) {
  const ZipEntry a = stored_entry("a", "hidden"), b = stored_entry("b", "listed");
  const std::string file = local_header(a) + a.packed + local_header(b) + b.packed,
                    directory = central_header(b, local_header(a).size() + 6);
  const ZipWalk walk = walk_zip(file + directory + end_record(1, directory.size(), file.size()));
  EXPECT_THAT(first_names(walk), ElementsAre("b", "a"));
  EXPECT_THAT(tokens(walk.doubts), ElementsAre("zip-hidden-member"));
}

// Stored, and its size follows: where it ends is told only behind it, and what it holds may tell that too.
TEST(ZipWalk, FindsAMemberBehindADescriptorInsideOfAStoredMember) {
  const ZipEntry b = stored_entry("b", "secret");
  const std::string front = "hello", crc = little(crc32_of(front), 4), inside = local_header(b) + b.packed;
  for (const std::string& descriptor :
       {"PK\7\10" + crc + little(5, 4) + little(5, 4), "PK\7\10" + crc + little(5, 8) + little(5, 8)}) {
    const std::string content = front + descriptor + inside;
    ZipEntry listed = stored_entry("a", content), local = listed;
    listed.flags = local.flags = 8;
    local.crc = 0;
    local.packed_size = local.size = 0;
    const std::string file = local_header(local) + content, directory = central_header(listed, 0);
    const ZipWalk walk = walk_zip(file + directory + end_record(1, directory.size(), file.size()));
    EXPECT_THAT(first_names(walk), ElementsAre("a", "a", "b"));
    EXPECT_EQ(walk.members[1].packed, front.size());
    EXPECT_THAT(tokens(walk.doubts), ::testing::Contains("zip-hidden-member"));
  }
}

// An honest one may hold a ZIP file with descriptors of its own.
TEST(ZipWalk, LeavesAStoredZipInPeaceWhoseMembersWereStreamed) {
  ZipEntry inner = deflated_entry("b", std::string(5000, 'b'));
  inner.flags = 8;
  const std::string descriptor =
      "PK\7\10" + little(inner.crc, 4) + little(inner.packed_size, 4) + little(inner.size, 4);
  const std::string head = local_header(inner) + inner.packed + descriptor, entry = central_header(inner, 0);
  const std::string content = head + entry + end_record(1, entry.size(), head.size());
  ZipEntry listed = stored_entry("a.zip", content), local = listed;
  listed.flags = local.flags = 8;
  local.crc = 0;
  local.packed_size = local.size = 0;
  const std::string file = local_header(local) + content + "PK\7\10" + little(listed.crc, 4) +
                           little(content.size(), 4) + little(content.size(), 4);
  const std::string directory = central_header(listed, 0);
  const ZipWalk walk = walk_zip(file + directory + end_record(1, directory.size(), file.size()));
  EXPECT_THAT(first_names(walk), ElementsAre("a.zip"));
  EXPECT_THAT(tokens(walk.doubts), ElementsAre());
}

TEST(ZipWalk, SeesThatMembersShareTheirBytes) {
  const ZipWalk walk = walk_zip(overlapping_zip(stored_entry("a", "1"), 10, 5000));
  EXPECT_EQ(walk.members.size(), 11u);
  EXPECT_THAT(tokens(walk.doubts), ElementsAre("zip-overlap"));
  EXPECT_EQ(walk.damage, "");
}

TEST(ZipWalk, IsBoundedWhenThereAreVeryManyMembers) {
  std::string file, directory;
  const ZipEntry e = stored_entry("a", "");
  constexpr size_t many = 140000;
  for (size_t i = 0; i < many; ++i) {
    directory += central_header(e, file.size());
    file += local_header(e);
  }
  const ZipWalk walk = walk_zip(file + directory + end_record(0xffff, directory.size(), file.size()));
  EXPECT_TRUE(walk.has_too_many);
  EXPECT_LT(walk.members.size(), many);
}

// Each of n headers claims names and extra fields of 128 KiB, all the same bytes: n times 128 KiB is not n times a
// header.
TEST(ZipWalk, StaysLinearWhenHeadersOverlap) {
  ZipEntry e = stored_entry("", "");
  std::string local = local_header(e), file;
  local.replace(26, 4, "\xff\xff\xff\xff");
  constexpr size_t n = 20000;
  std::string directory;
  for (size_t i = 0; i < n; ++i) {
    directory += central_header(e, file.size());
    file += local;
  }
  file += std::string(140000, 'x');
  const ZipWalk walk = walk_zip(file + directory + end_record(n, directory.size(), file.size()));
  EXPECT_TRUE(walk.has_too_many);
  size_t names = 0;
  for (const ZipMember& m : walk.members)
    for (const std::string& name : m.names) names += name.size();
  EXPECT_LT(names, 16 * (file.size() + directory.size()));
}

TEST(ZipWalk, TakesAnyPrefixOfAFile) {
  const std::string zip =
      zip_of({stored_entry("a.txt", "hello"), deflated_entry("b.txt", std::string(1000, 'b'))}, "comment");
  for (size_t n = 0; n < zip.size(); ++n) {
    const std::vector<char> heap(zip.begin(), zip.begin() + static_cast<ptrdiff_t>(n));
    const ZipWalk walk = walk_zip({heap.data(), heap.size()});
    for (const ZipMember& m : walk.members) EXPECT_LE(m.offset + m.packed, n);
    EXPECT_TRUE(!walk.damage.empty() || !walk.defects.empty()) << n;
  }
}

}  // namespace
}  // namespace archive_plugin
