// SPDX-License-Identifier: MIT
// What vendors have compiled in must stay where it is: the layout equals the recorded one. A minor version may append
// lines to abi.golden; a line that is there never changes. "abi_layout_test --gtest_also_run_disabled_tests" prints
// today's.
#include "plugin/abi_layout.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <iostream>

#include "postern/plugin.h"

// Frozen for every future major: a host must be able to read these of any plug-in.
static_assert(offsetof(postern_plugin, magic) == 0 && sizeof(postern_plugin::magic) == 8);
static_assert(offsetof(postern_plugin, abi_major) == 8 && sizeof(postern_plugin::abi_major) == 2);
static_assert(offsetof(postern_plugin, abi_minor) == 10 && sizeof(postern_plugin::abi_minor) == 2);
static_assert(offsetof(postern_plugin, need_minor) == 12 && sizeof(postern_plugin::need_minor) == 2);
static_assert(offsetof(postern_plugin, size) == 16);

namespace {

TEST(AbiLayout, IsTheRecordedOne) {
  std::ifstream file(POSTERN_SOURCES "/tests/plugin/abi.golden");
  const std::string golden((std::istreambuf_iterator<char>(file)), {});
  ASSERT_FALSE(golden.empty());
  EXPECT_EQ(golden, abi_layout());
}

TEST(AbiLayout, DISABLED_Print) {
  std::cout << abi_layout();
}

}  // namespace
