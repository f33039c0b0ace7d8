// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "bytes.h"
#include "reader.h"
#include "seven_zip_header.h"
#include "seven_zip_links.h"
#include "support/archives.h"
#include "support/seven_zips.h"

namespace archive_plugin {
namespace {

using namespace postern::testing;
using namespace std::string_literals;

constexpr uint32_t link = seven_zip_mode(0120777), file = seven_zip_mode(0100644);

std::string header_of(const std::string& archive) {
  return archive.substr(32 + little64(archive, 12));
}

TEST(SevenZipHeader, TellsWhereAttributesStand) {
  const std::string header = header_of(seven_zip_of({{"a", "hello", 0x11223344}, {"b", "world", 0x55667788}}));
  const auto all = attributes_in(header);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].file, 0u);
  EXPECT_EQ(little32(header, all[0].at), 0x11223344u);
  EXPECT_EQ(little32(header, all[1].at), 0x55667788u);
}

TEST(SevenZipHeader, TakesAnyPrefixAndAnyByte) {
  const std::string header = header_of(seven_zip_of({{"a", "hello", file}, {"b", "world", link}}));
  for (size_t n = 0; n < header.size(); ++n) {
    const std::vector<char> heap(header.begin(), header.begin() + static_cast<ptrdiff_t>(n));
    attributes_in({heap.data(), heap.size()});
    for (const char other : {'\0', '\x7f', '\xff'}) {
      std::string wrong = header;
      wrong[n] = other;
      for (const SevenZipAttributes& a : attributes_in(wrong)) EXPECT_LE(a.at + 4, wrong.size());
    }
  }
}

TEST(SevenZipLinks, BecomeFiles) {
  const std::string target = "MZ\0\1"s;
  for (const bool is_header_packed : {false, true}) {
    const auto changed = links_as_files(seven_zip_of({{"a", "hello", file}, {"b", target, link}}, is_header_packed));
    ASSERT_TRUE(changed) << is_header_packed;
    EXPECT_EQ(changed->links, std::set<uint64_t>{1});
    Reader reader(changed->archive, Format::seven_zip);
    Member member;
    Block block;
    ASSERT_EQ(reader.next(member), Answer::ready);
    ASSERT_EQ(reader.next(member), Answer::ready);
    EXPECT_FALSE(member.special);
    ASSERT_EQ(reader.read(block), Answer::ready);
    EXPECT_EQ(block.bytes, target);
  }
}

TEST(SevenZipLinks, LeaveAnArchiveWithoutAnyAlone) {
  EXPECT_FALSE(links_as_files(seven_zip_of({{"a", "hello", file}, {"b", "world", seven_zip_directory}})));
  EXPECT_FALSE(links_as_files(packed_by("7zip", {{"a", "hello"}})));
  EXPECT_FALSE(links_as_files("short"));
}

}  // namespace
}  // namespace archive_plugin
