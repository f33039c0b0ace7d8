// SPDX-License-Identifier: MIT
// What vendors have compiled in must stay where it is: the layout equals the recorded one, abi.golden, and every line of the
// one published as 1.0 still stands in it; only a whole struct may have grown. "abi_layout_test
// --gtest_also_run_disabled_tests" prints today's.
#include "plugin/abi_layout.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "postern/plugin.h"

// Frozen for every future major: a host must be able to read these of any plug-in.
static_assert(offsetof(postern_plugin, magic) == 0 && sizeof(postern_plugin::magic) == 8);
static_assert(offsetof(postern_plugin, abi_major) == 8 && sizeof(postern_plugin::abi_major) == 2);
static_assert(offsetof(postern_plugin, abi_minor) == 10 && sizeof(postern_plugin::abi_minor) == 2);
static_assert(offsetof(postern_plugin, need_minor) == 12 && sizeof(postern_plugin::need_minor) == 2);
static_assert(offsetof(postern_plugin, size) == 16);

namespace {

std::string contents(const std::string& path) {
  std::ifstream file(POSTERN_SOURCES "/tests/plugin/" + path);
  return {(std::istreambuf_iterator<char>(file)), {}};
}

// The size behind "postern_finding 0 "; 0 where the line is none of a whole struct.
unsigned long whole_size(const std::string& line) {
  const auto at = line.find(" 0 ");
  return at == std::string::npos || line.find('.') < at ? 0 : std::stoul(line.substr(at + 3));
}

TEST(AbiLayout, IsTheRecordedOne) {
  const std::string golden = contents("abi.golden");
  ASSERT_FALSE(golden.empty());
  EXPECT_EQ(golden, abi_layout());
}

TEST(AbiLayout, HasEverythingOf10WhereItWas) {
  std::map<std::string, unsigned long> sizes;
  std::set<std::string> today;
  std::istringstream now(abi_layout());
  for (std::string line; std::getline(now, line);) {
    today.insert(line);
    if (whole_size(line)) sizes[line.substr(0, line.find(' '))] = whole_size(line);
  }
  std::istringstream published(contents("abi-1.0/abi.golden"));
  int lines = 0;
  for (std::string line; std::getline(published, line); ++lines) {
    if (whole_size(line))
      EXPECT_GE(sizes[line.substr(0, line.find(' '))], whole_size(line)) << line;
    else
      EXPECT_TRUE(today.contains(line)) << line;
  }
  EXPECT_GT(lines, 150);
}

TEST(AbiLayout, DISABLED_Print) {
  std::cout << abi_layout();
}

}  // namespace
