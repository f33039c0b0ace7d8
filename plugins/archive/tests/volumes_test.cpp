// SPDX-License-Identifier: MIT
// Pieces of what was divided.
#include <gtest/gtest.h>

#include "cab_alone.h"
#include "support/cabinets.h"
#include "volume_names.h"

namespace archive_plugin {
namespace {

using postern::testing::cab_of;

TEST(CabAlone, LosesItsNeighboursAndMovesNothing) {
  const std::string one = cab_of({{"a", "hello"}, {"b", "world"}}, {.has_previous = true, .has_next = true});
  EXPECT_TRUE(is_one_of_several(one));
  const auto alone = as_if_alone(one);
  ASSERT_TRUE(alone);
  EXPECT_FALSE(is_one_of_several(*alone));
  EXPECT_EQ(alone->size(), one.size());
  EXPECT_EQ(alone->substr(alone->find("hello")), one.substr(one.find("hello")));
}

TEST(CabAlone, TakesAnyPrefix) {
  const std::string one = cab_of({{"a", "hello"}}, {.has_next = true, .goes_on = true});
  for (size_t n = 0; n < one.size(); ++n) {
    const std::vector<char> heap(one.begin(), one.begin() + static_cast<ptrdiff_t>(n));
    as_if_alone({heap.data(), heap.size()});
  }
  EXPECT_FALSE(as_if_alone(one.substr(0, 40)));
  EXPECT_FALSE(as_if_alone(std::string(36, '\4')));  // with a reserve that is not there
}

TEST(VolumeNames, AreTold) {
  for (const char* name : {"x.7z.002", "x.ZIP.010", "x.z01", "x.Z99", "x.z100", "x.r00", "x.r123", "x.a01"})
    EXPECT_TRUE(is_later_volume(name)) << name;
  for (const char* name :
       {"", ".z01", "photo.002", "x.7z", "x.z1", "x.zip", "x.z01.txt", "x.0021", "x.r0a", "x.b01", "z01"})
    EXPECT_FALSE(is_later_volume(name)) << name;
  EXPECT_TRUE(is_first_volume("x.zip.001"));
  EXPECT_FALSE(is_first_volume("x.zip"));
}

}  // namespace
}  // namespace archive_plugin
