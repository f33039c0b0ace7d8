// SPDX-License-Identifier: MIT
#include "tar_special.h"

#include <gtest/gtest.h>

#include "support/archives.h"

namespace archive_plugin {
namespace {

using postern::testing::tar_of;
using postern::testing::TarEntry;

constexpr uint64_t behind = 512;  // the first header

TEST(TarSpecial, HasTheBytesThatNoHeaderCouldBe) {
  const std::string tar = tar_of({{"x", "payload", '3'}, {"a", "hello"}});
  const auto bytes = bytes_behind_special(tar, behind);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(tar.substr(bytes->begin, bytes->end - bytes->begin), "payload");
  EXPECT_EQ(bytes->end_of_block, 1024u);
}

TEST(TarSpecial, HasNoneWhereAnOldWriterOnlyClaimsThem) {
  for (const uint64_t claim : {uint64_t{100}, uint64_t{1} << 40}) {
    const std::string tar = tar_of({{"d", "", '5', "", 0755, claim}, {"d/a", "hello"}, {"d/b", "world"}});
    EXPECT_FALSE(bytes_behind_special(tar, behind)) << claim;
  }
  const std::string last = tar_of({{"d", "", '5', "", 0755, 512}});
  EXPECT_FALSE(bytes_behind_special(last, behind));
}

TEST(TarSpecial, HasThemWhereBothReadingsMakeSense) {
  const std::string tar = tar_of({{"d", "", '5', "", 0755, 1024}, {"d/a", "hello"}, {"d/b", "world"}});
  const auto bytes = bytes_behind_special(tar, behind);  // "d/a" and its content, or bytes of "d"
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->end_of_block, 512u + 1024u);
}

TEST(TarSpecial, LeavesFilesAlone) {
  EXPECT_FALSE(bytes_behind_special(tar_of({{"x", "payload", '0'}}), behind));
  EXPECT_FALSE(bytes_behind_special(tar_of({{"x", "", '2', "elsewhere"}}), behind));
  EXPECT_FALSE(bytes_behind_special("short", behind));
}

}  // namespace
}  // namespace archive_plugin
