// SPDX-License-Identifier: MIT
// The shipped file and the manual are held to what the reader does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "config/describe.h"
#include "config/sections.h"
#include "config/sources.h"

namespace postern::config {
namespace {

const std::string root = POSTERN_SOURCE_DIR;

std::string contents_of(const std::string& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in) << path;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string built_in() {
  return describe(*load("").configuration);
}

bool is_assignment(std::string_view line) {
  const size_t end = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-");
  return end != 0 && end != std::string_view::npos && line.substr(end).starts_with(" = ");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The shipped file with its "#key = value" lines in force, which show defaults; with its examples too, which begin with
// "# ".
std::string switched_on(bool with_examples) {
  std::string text;
  for (std::string line : lines_of(contents_of(root + "/packaging/postern.toml"))) {
    const std::string bare = line.starts_with("# ") && with_examples ? line.substr(2)
                             : line.starts_with("#")                 ? line.substr(1)
                                                                     : std::string();
    if (is_assignment(bare) || (with_examples && bare.starts_with("["))) line = bare;
    text += line + '\n';
  }
  return text;
}

TEST(ShippedConfiguration, LoadsWithoutProblemsAndIsTheBuiltInDefaults) {
  const Loaded loaded = load(root + "/packaging/postern.toml");
  ASSERT_TRUE(loaded.configuration);
  EXPECT_TRUE(loaded.problems.empty()) << text(loaded.problems.front());
  EXPECT_EQ(describe(*loaded.configuration), built_in());
}

TEST(ShippedConfiguration, ShowsEveryDefaultAsItIs) {
  const std::string toml = switched_on(false);
  ASSERT_NE(toml.find("\nsize-limit = "), std::string::npos);
  const Loaded loaded = load_sources({{"postern.toml", toml}});
  ASSERT_TRUE(loaded.configuration) << text(loaded.problems.front());
  EXPECT_TRUE(loaded.problems.empty()) << text(loaded.problems.front());
  EXPECT_EQ(describe(*loaded.configuration), built_in());
}

TEST(ShippedConfiguration, ItsExamplesAreValid) {
  const Loaded loaded = load_sources({{"postern.toml", switched_on(true)}});
  ASSERT_TRUE(loaded.configuration) << text(loaded.problems.front());
  EXPECT_TRUE(loaded.problems.empty()) << text(loaded.problems.front());
  EXPECT_EQ(loaded.configuration->policy.banks().size(), 1u);
}

TEST(ShippedConfiguration, HasEveryKeyTheReaderKnows) {
  const std::string shipped = switched_on(true);
  for (const std::string& key : known_keys()) {
    // A bank may say of every category what [policy] shows once; a wish is an inline table there.
    if (key.starts_with("policy-bank.")) continue;
    const std::string last = key.substr(key.rfind('.') + 1), table = key.substr(0, key.find('.'));
    const std::string header =
        table == "listen" ? "[[listen]]" : table == "banned-rules" ? "[[banned-rules." : table == "virus-name" ? "[[virus-name]]" : "[" + table + (key.find(".NAME.") != key.npos ? "." : "]");
    const size_t begin = shipped.find("\n" + header);
    ASSERT_NE(begin, std::string::npos) << key;
    const std::string section = shipped.substr(begin, shipped.find("\n\n", begin) - begin);
    const bool is_shown =
        section.find('\n' + last + " = ") != std::string::npos || section.find(' ' + last + " = ") != std::string::npos;
    EXPECT_TRUE(is_shown) << key;
  }
}

TEST(Manual, NamesExactlyTheKeysTheReaderKnows) {
  std::vector<std::string> documented;
  for (const std::string& line : lines_of(contents_of(root + "/docs/CONFIGURATION.md"))) {
    const std::string cell = line.starts_with("| `") ? line.substr(3, line.find('`', 3) - 3) : std::string();
    if (cell.find('.') != std::string::npos) documented.push_back(cell);
  }
  std::sort(documented.begin(), documented.end());
  EXPECT_EQ(documented, known_keys());
}

TEST(Manual, ItsExamplesAreValid) {
  const std::string manual = contents_of(root + "/docs/CONFIGURATION.md");
  const std::string fence = "```toml\n";
  size_t examples = 0;
  for (size_t at = manual.find(fence); at != std::string::npos; at = manual.find(fence, at + 1), ++examples) {
    const size_t begin = at + fence.size();
    const std::string toml = manual.substr(begin, manual.find("```", begin) - begin);
    const Loaded loaded = load_sources({{"example", toml}});
    EXPECT_TRUE(loaded.problems.empty()) << toml << text(loaded.problems.front());
  }
  EXPECT_EQ(examples, 17u);
}

TEST(Manual, ExplainsEveryMessage) {
  const std::string manual = contents_of(root + "/docs/CONFIGURATION.md");
  std::set<std::string> ids;
  for (const char* file : {"configuration", "cross_checks", "document", "instances", "sections", "value"}) {
    const std::string source = contents_of(root + "/core/config/" + file + ".cpp");
    for (size_t at = source.find("\"CONFIG-"); at != std::string::npos; at = source.find("\"CONFIG-", at + 1))
      ids.insert(source.substr(at + 1, source.find('"', at + 1) - at - 1));
  }
  EXPECT_GE(ids.size(), 10u);
  for (const std::string& id : ids) EXPECT_NE(manual.find("| " + id + " |"), std::string::npos) << id;
}

}  // namespace
}  // namespace postern::config
