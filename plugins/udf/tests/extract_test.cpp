// SPDX-License-Identifier: MIT
#include "extract.h"

#include <gtest/gtest.h>

#include <chrono>

#include "opened.h"
#include "support/archives.h"
#include "support/iso_images.h"
#include "support/udf_images.h"
#include "volume_signs.h"

namespace udf_plugin {
namespace {

using namespace std::string_literals;
using namespace postern::testing;

std::string text(size_t size) {
  std::string all;
  for (int i = 0; all.size() < size; ++i) all += "line " + std::to_string(i) + "\n";
  return all.substr(0, size);
}

void expect_whole(const Opened& out, const std::string& name, const std::string& content) {
  const OpenedChild* child = out.find(name);
  ASSERT_TRUE(child) << name << "; " << out.reason;
  EXPECT_TRUE(child->bytes == content) << name;
  EXPECT_EQ(child->flags, 0u) << name;
}

TEST(Udf, MakesAPartOfEveryFile) {
  const Opened out =
      opened(udf_of({{"a.txt", "hello"},
                     {"large", text(100000)},
                     {"empty", ""},
                     udf_directory("folder", {{"in.txt", "world"}, udf_directory("deep", {{"x", "y"}})})}));
  EXPECT_EQ(out.rc, POSTERN_OK) << out.reason;
  EXPECT_EQ(out.findings, std::vector<std::string>());
  expect_whole(out, "a.txt", "hello");
  expect_whole(out, "large", text(100000));
  expect_whole(out, "empty", "");
  expect_whole(out, "folder/in.txt", "world");
  expect_whole(out, "folder/deep/x", "y");
  ASSERT_TRUE(out.find("folder"));
  EXPECT_EQ(out.find("folder")->flags, uint32_t{POSTERN_PART_SPECIAL});
  EXPECT_EQ(out.children.size(), 7u);
}

TEST(Udf, ReadsFilesInPiecesAndInsideTheirHeads) {
  UdfEntry pieces{"pieces", text(9000)}, inside{"inside", "hello"}, wide{"wide", "name"};
  pieces.is_in_pieces = true;
  inside.is_inline = true;
  wide.is_wide = true;
  const Opened out = opened(udf_of({pieces, inside, wide}));
  EXPECT_EQ(out.rc, POSTERN_OK) << out.reason;
  EXPECT_EQ(out.findings, std::vector<std::string>());
  expect_whole(out, "pieces", text(9000));
  expect_whole(out, "inside", "hello");
  expect_whole(out, "wide", "name");
}

TEST(Udf, ReadsAVolumeWithMetadataApart) {
  UdfImage image{{{"a", text(5000)}, udf_directory("d", {{"b", "hello"}})}};
  image.has_metadata = true;
  const Opened out = opened(udf_image(image));
  EXPECT_EQ(out.rc, POSTERN_OK) << out.reason;
  EXPECT_EQ(out.findings, std::vector<std::string>());
  expect_whole(out, "a", text(5000));
  expect_whole(out, "d/b", "hello");
}

TEST(Udf, ReadsAnImageWithoutATreeOfIso9660AndOneBehindIt) {
  EXPECT_TRUE(is_udf(udf_of({{"a", "b"}})));
  EXPECT_TRUE(is_udf(udf_image({{{"a", "b"}}, iso_of({{"A.TXT;1", "hello"}}, {{"a.txt", "hello"}})})));
  EXPECT_FALSE(is_udf(iso_of({{"A.TXT;1", "hello"}}, {{"a.txt", "hello"}})));
  EXPECT_FALSE(is_udf(""));
  EXPECT_FALSE(is_udf(std::string(40000, '\0')));
}

TEST(Udf, MarksTreesThatDiffer) {
  const std::string iso = iso_of({{"README.TXT;1", "harmless"}}, {{"readme.txt", "harmless"}});
  const Opened out = opened(udf_image({{{"evil.com", "payload"}}, iso}));
  expect_whole(out, "evil.com", "payload");
  EXPECT_EQ(out.findings, std::vector<std::string>{"udf-trees-differ"});
  EXPECT_EQ(out.rc, POSTERN_OK);
}

TEST(Udf, TakesNamesAsData) {
  const Opened out = opened(udf_of({{"../../etc/passwd", "a"}, {"C:\\x", "b"}, {"..", "c"}, {"a\nb", "d"}}));
  EXPECT_EQ(out.rc, POSTERN_OK) << out.reason;
  expect_whole(out, "../../etc/passwd", "a");
  expect_whole(out, "C:\\x", "b");
  expect_whole(out, "..", "c");
  expect_whole(out, "a\nb", "d");
}

TEST(Udf, MakesUtf8OfNames) {
  const Opened out = opened(udf_of({{"gr\xfc\xdf", "a"}}));
  expect_whole(out, "gr\xc3\xbc\xc3\x9f", "a");
}

TEST(Udf, EndsWhereADirectoryLeadsToItself) {
  UdfEntry again = udf_directory("again", {});
  again.head = udf_root;
  const Opened out = opened(udf_of({{"a", "hello"}, again, udf_directory("d", {again})}));
  EXPECT_EQ(out.rc, POSTERN_OK) << out.reason;
  expect_whole(out, "a", "hello");
  EXPECT_EQ(out.children.size(), 4u);
}

TEST(Udf, EndsWhereDirectoriesStandTooDeep) {
  UdfEntry nested{"x", "hello"};
  for (int i = 0; i < 400; ++i) nested = udf_directory("d", {nested});
  const Opened out = opened(udf_of({nested}));
  EXPECT_EQ(out.rc, POSTERN_E_BROKEN);
  EXPECT_TRUE(out.has("archive-damaged"));
}

TEST(Udf, MarksTwoEntriesOfOneName) {
  const Opened out = opened(udf_of({{"a", "first"}, {"a", "second"}}));
  EXPECT_TRUE(out.has("udf-duplicate-name"));
  EXPECT_TRUE(out.has("archive-damaged"));
  expect_whole(out, "a", "first");
}

// What the library reads half, or not at all, and says nothing about.
TEST(Udf, MarksWhatIsPassedOver) {
  UdfImage pieces{{udf_directory("d", {})}};
  for (int i = 0; i < 100; ++i) pieces.entries.push_back({"file " + std::to_string(i), "x"});
  pieces.is_root_in_pieces = true;
  EXPECT_TRUE(opened(udf_image(pieces)).has("archive-unsupported"));

  std::string image = udf_of({{"seen", "a"}, {"unseen", "b"}});
  image.replace(image.find("\x08unseen"), 1, "\x09");
  const Opened out = opened(image);
  expect_whole(out, "seen", "a");
  EXPECT_TRUE(out.has("archive-damaged"));

  UdfImage apart{{{"a", "hello"}}};
  apart.is_partition_unknown = true;
  EXPECT_TRUE(opened(udf_image(apart)).has("archive-unsupported"));

  UdfImage two{{{"a", "hello"}}};
  two.second_volume = "OTHER";
  EXPECT_TRUE(opened(udf_image(two)).has("udf-two-volumes"));
}

TEST(Udf, MarksAFileWhoseHeadIsRubbish) {
  UdfEntry lost{"lost", ""};
  lost.head = 100000;
  const Opened out = opened(udf_of({lost, {"a", "hello"}}));
  expect_whole(out, "a", "hello");
  EXPECT_EQ(out.rc, POSTERN_E_BROKEN);
  EXPECT_TRUE(out.has("archive-damaged"));
  ASSERT_TRUE(out.find("lost"));
  EXPECT_NE(out.find("lost")->flags & POSTERN_PART_TRUNCATED, 0u);
}

TEST(Udf, CallsNoFileSpecialThatHasBytes) {
  UdfEntry device{"device", ""}, loud{"loud", "bytes"}, link{"link", "target"};
  device.type = loud.type = udf_is_device;
  link.type = udf_is_link;
  const Opened out = opened(udf_of({device, loud, link}));
  EXPECT_EQ(out.rc, POSTERN_OK) << out.reason;
  EXPECT_EQ(out.find("device")->flags, uint32_t{POSTERN_PART_SPECIAL});
  expect_whole(out, "loud", "bytes");
  expect_whole(out, "link", "target");
}

TEST(Udf, KeepsWhatACutImageHas) {
  const std::string image = udf_of({{"a", "hello"}, {"b", text(50000)}});
  const Opened out = opened(image.substr(0, image.size() - 30000));
  EXPECT_EQ(out.rc, POSTERN_E_BROKEN);
  expect_whole(out, "a", "hello");
  ASSERT_TRUE(out.find("b"));
  EXPECT_EQ(out.find("b")->bytes, text(50000).substr(0, out.find("b")->bytes.size()));
  EXPECT_GT(out.find("b")->bytes.size(), 10000u);
  EXPECT_NE(out.find("b")->flags & POSTERN_PART_TRUNCATED, 0u);
}

TEST(Udf, CallsNoCutImageWhole) {
  const std::string image = udf_of({{"a", "hello"}, {"b", text(5000)}});
  for (size_t n = 18 * udf_block; n < image.size() - 2 * udf_block; n += 1021) {
    const std::vector<char> heap(image.begin(), image.begin() + static_cast<ptrdiff_t>(n));
    const Opened out = opened({heap.data(), heap.size()});
    EXPECT_FALSE(out.findings.empty()) << n;
  }
}

TEST(Udf, MarksAVolumeThatCannotBeOpened) {
  const std::string image =
      std::string(0x8000, '\0') + "\0BEA01\1"s + std::string(2041, '\0') + "\0NSR03\1"s + std::string(90000, '\0');
  const Opened out = opened(image);
  EXPECT_EQ(out.rc, POSTERN_E_BROKEN);
  EXPECT_EQ(out.findings, std::vector<std::string>{"archive-damaged"});
}

TEST(Udf, CallsADiskWithOtherSectorsNotExamined) {
  const std::string whole = udf_of({{"a", "hello"}});
  std::string image = whole.substr(0, 22 * udf_block) + std::string(300 * udf_block, '\0');
  image.replace(256 * 512, 512, whole.substr(256 * udf_block, 512));
  const Opened out = opened(image);
  EXPECT_EQ(out.rc, POSTERN_OK);
  EXPECT_EQ(out.findings, std::vector<std::string>{"archive-unsupported"});
}

TEST(Udf, FindsBytesBehindTheEnd) {
  const Opened out = opened(udf_of({{"a", "hello"}}) + "MZ and more");
  const auto trailer =
      std::find_if(out.children.begin(), out.children.end(), [](const OpenedChild& c) { return c.role == "trailer"; });
  ASSERT_NE(trailer, out.children.end());
  EXPECT_TRUE(trailer->bytes.ends_with("MZ and more"));
  EXPECT_TRUE(out.has("archive-trailing-bytes"));
  EXPECT_EQ(opened(udf_of({{"a", "hello"}}) + "\r\n").findings, std::vector<std::string>());
}

// A description that is its own continuation: the library would read it for ever.
TEST(Udf, EndsWhereAnImageLeadsInACircle) {
  std::string image = udf_of({{"a", "hello"}});
  const size_t main = 19 * udf_block;
  std::string tag = little(3, 2) + little(2, 2) + std::string(12, '\0');
  tag[4] = 5;
  image.replace(main, 32, tag + little(1, 4) + little(16 * udf_block, 4) + little(19, 4) + std::string(4, '\0'));
  const auto before = std::chrono::steady_clock::now();
  const Opened out = opened(image);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(20));
  EXPECT_TRUE(out.has("archive-unsupported"));
}

TEST(Udf, EndsWithTheQuotaForAClaimWithoutBytes) {
  UdfEntry bomb{"bomb", "x"};
  bomb.claim = uint64_t{1} << 40;
  Host host;
  host.quota(100, 1 << 20);
  EXPECT_EQ(opened(host, udf_of({bomb})).rc, POSTERN_E_QUOTA);
}

TEST(Udf, SaysNothingOnStandardError) {
  ::testing::internal::CaptureStderr();
  UdfEntry lost{"lost\nname", ""};
  lost.head = 100000;
  opened(udf_of({lost}));
  opened(udf_of({{"a", "b"}}).substr(0, 300000));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace udf_plugin
