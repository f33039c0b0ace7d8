// SPDX-License-Identifier: MIT
// Every id that the room can print is explained in the catalogue, and the catalogue explains nothing that is gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> matches(const std::string& text, const char* pattern) {
  std::set<std::string> found;
  const std::regex expression(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) found.insert((*at)[1]);
  return found;
}

TEST(Messages, OfTheRoomStandInTheCatalogue) {
  std::set<std::string> emitted;
  for (const auto& entry : std::filesystem::directory_iterator(POSTERN_SOURCES "/core/plugin"))
    if (entry.path().extension() == ".cpp") emitted.merge(matches(text_of(entry.path()), "\"(PLUGIN-[A-Z-]+)\""));
  ASSERT_GT(emitted.size(), 30u);
  const std::set<std::string> explained = matches(text_of(POSTERN_SOURCES "/docs/MESSAGES.md"), "### (PLUGIN-[A-Z-]+)\n");
  EXPECT_EQ(emitted, explained);
}

}  // namespace
