// SPDX-License-Identifier: MIT
// The documents keep up with the code: the tests they name exist, and their links lead somewhere.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
const fs::path root = POSTERN_SOURCE_DIR;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> documents() {
  std::vector<fs::path> all{root / "README.md"};
  for (const auto& entry : fs::directory_iterator(root / "docs"))
    if (entry.path().extension() == ".md") all.push_back(entry.path());
  return all;
}

// What stands between the two marks, each time.
std::vector<std::string> between(const std::string& text, const std::string& open, const std::string& close) {
  std::vector<std::string> all;
  for (size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    const size_t end = text.find(close, at);
    if (end == std::string::npos) break;
    all.push_back(text.substr(at, end - at));
    at = end + close.size();
  }
  return all;
}

// "Suite.Name" of every test in the tree.
std::set<std::string> tests_below(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string source = text_of(entry.path());
    for (const char* macro : {"\nTEST(", "\nTEST_F(", "\nTEST_P("})
      for (std::string name : between(source, macro, ")"))
        if (const size_t comma = name.find(", "); comma != std::string::npos) names.insert(name.replace(comma, 2, "."));
  }
  return names;
}

bool looks_like_a_test(const std::string& name) {
  const size_t dot = name.find('.');
  return dot != std::string::npos && name.size() > dot + 6 && std::isupper(static_cast<unsigned char>(name[0])) &&
         name.find_first_of("/ :()<>-", 0) == std::string::npos;
}

TEST(Documents, NameTestsThatExist) {
  std::set<std::string> there = tests_below(root / "tests");
  there.merge(tests_below(root / "plugins"));
  size_t named = 0;
  const std::string architecture = text_of(root / "docs/ARCHITECTURE.md");
  const std::string chapter = between(architecture, "## Invariants", "\n## ").at(0);
  for (const std::string& name : between(chapter, "`", "`")) {
    if (!looks_like_a_test(name)) continue;
    ++named;
    EXPECT_TRUE(there.contains(name)) << name;
  }
  EXPECT_GT(named, 30u);
}

TEST(Documents, HaveATestForEveryInvariant) {
  const std::string architecture = text_of(root / "docs/ARCHITECTURE.md");
  const std::string chapter = between(architecture, "## Invariants", "\n## ").at(0);
  size_t invariants = 0;
  for (size_t n = 1, at = 0; (at = chapter.find("\n" + std::to_string(n) + ". **")) != std::string::npos;
       ++n, ++invariants) {
    const size_t end = std::min(chapter.find("\n" + std::to_string(n + 1) + ". **"), chapter.size());
    bool has_one = false;
    for (const std::string& name : between(chapter.substr(at, end - at), "`", "`"))
      has_one = has_one || looks_like_a_test(name);
    EXPECT_TRUE(has_one) << "invariant " << n;
  }
  EXPECT_GE(invariants, 10u);
}

TEST(Documents, LinkToWhatIsThere) {
  size_t links = 0;
  for (const fs::path& document : documents()) {
    for (std::string target : between(text_of(document), "](", ")")) {
      if (target.find("://") != std::string::npos || target.front() == '#') continue;
      target = target.substr(0, target.find('#'));
      ++links;
      EXPECT_TRUE(fs::exists(document.parent_path() / target)) << document << ": " << target;
    }
  }
  EXPECT_GT(links, 5u);
}

}  // namespace
