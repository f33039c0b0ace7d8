// SPDX-License-Identifier: MIT
// Every id that the room can print is explained in the catalogue, and the catalogue explains nothing that is gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Every id that stands behind the prefix.
std::set<std::string> ids_after(const std::string& prefix, const std::string& text) {
  std::set<std::string> found;
  for (size_t at = text.find(prefix + "PLUGIN-"); at != std::string::npos; at = text.find(prefix + "PLUGIN-", at + 1)) {
    const size_t begin = at + prefix.size();
    found.insert(text.substr(begin, text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-", begin) - begin));
  }
  return found;
}

TEST(Messages, OfTheRoomStandInTheCatalogue) {
  std::set<std::string> emitted;
  for (const auto& entry : std::filesystem::directory_iterator(POSTERN_SOURCES "/core/plugin"))
    if (entry.path().extension() == ".cpp") emitted.merge(ids_after("\"", text_of(entry.path())));
  ASSERT_GT(emitted.size(), 30u);
  const std::set<std::string> explained = ids_after("### ", text_of(POSTERN_SOURCES "/docs/MESSAGES.md"));
  EXPECT_EQ(emitted, explained);
}

}  // namespace
