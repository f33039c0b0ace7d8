// SPDX-License-Identifier: MIT
// The shipped file and the manual are held to what the reader does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
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

// "#key = value" shows a default and "# " begins prose: see the head of the file.
std::string with_defaults_switched_on() {
  return std::regex_replace(contents_of(root + "/packaging/postern.toml"), std::regex("(^|\n)#([a-z-]+ = )"), "$1$2");
}

// Its words, without the "key = value" of wishes: the tables are inline there.
std::string with_examples_switched_on() {
  return std::regex_replace(contents_of(root + "/packaging/postern.toml"), std::regex("(^|\n)# ?(\\[|[a-z-]+ = )"),
                            "$1$2");
}

TEST(ShippedConfiguration, LoadsWithoutProblemsAndIsTheBuiltInDefaults) {
  const Loaded loaded = load(root + "/packaging/postern.toml");
  ASSERT_TRUE(loaded.configuration);
  EXPECT_TRUE(loaded.problems.empty()) << text(loaded.problems.front());
  EXPECT_EQ(describe(*loaded.configuration), built_in());
}

TEST(ShippedConfiguration, ShowsEveryDefaultAsItIs) {
  const std::string switched_on = with_defaults_switched_on();
  ASSERT_GT(std::count(switched_on.begin(), switched_on.end(), '\n'), 100);
  ASSERT_EQ(switched_on.find("\n#size-limit"), std::string::npos);
  const Loaded loaded = load_sources({{"postern.toml", switched_on}});
  ASSERT_TRUE(loaded.configuration) << text(loaded.problems.front());
  EXPECT_TRUE(loaded.problems.empty()) << text(loaded.problems.front());
  EXPECT_EQ(describe(*loaded.configuration), built_in());
}

TEST(ShippedConfiguration, ItsExamplesAreValid) {
  const Loaded loaded = load_sources({{"postern.toml", with_examples_switched_on()}});
  ASSERT_TRUE(loaded.configuration) << text(loaded.problems.front());
  EXPECT_TRUE(loaded.problems.empty()) << text(loaded.problems.front());
  EXPECT_EQ(loaded.configuration->policy.banks().size(), 1u);
}

TEST(ShippedConfiguration, HasEveryKeyTheReaderKnows) {
  const std::string shipped = with_examples_switched_on();
  for (const std::string& key : known_keys()) {
    // A bank may say of every category what [policy] shows once; a wish is an inline table there.
    if (key.starts_with("policy-bank.")) continue;
    const size_t dot = key.rfind('.');
    const std::string last = key.substr(dot + 1), table = key.substr(0, dot);
    const std::string header = std::regex_replace(table.substr(0, table.find('.')), std::regex("^listen$"), "[listen]");
    const size_t begin = shipped.find("\n[" + header + (table.ends_with(".NAME") ? "." : "]"));
    ASSERT_NE(begin, std::string::npos) << key;
    const std::string section = shipped.substr(begin, shipped.find("\n\n", begin) - begin);
    EXPECT_TRUE(std::regex_search(section, std::regex("[\n{,] ?" + last + " = "))) << key;
  }
}

TEST(Manual, NamesExactlyTheKeysTheReaderKnows) {
  std::istringstream manual(contents_of(root + "/docs/CONFIGURATION.md"));
  std::vector<std::string> documented;
  for (std::string line; std::getline(manual, line);)
    if (line.starts_with("| `")) documented.push_back(line.substr(3, line.find('`', 3) - 3));
  std::erase_if(documented, [](const std::string& key) { return key.find('.') == std::string::npos; });
  std::erase_if(documented, [](const std::string& key) { return key.starts_with("[["); });
  std::sort(documented.begin(), documented.end());
  EXPECT_EQ(documented, known_keys());
}

TEST(Manual, ItsExamplesAreValid) {
  const std::string manual = contents_of(root + "/docs/CONFIGURATION.md");
  const std::regex example("```toml\n([^`]*)```");
  size_t examples = 0;
  for (std::sregex_iterator block(manual.begin(), manual.end(), example), end; block != end; ++block, ++examples) {
    std::string toml = (*block)[1];
    if (toml.find("\"originating\"") != std::string::npos) toml += "\n[policy-bank.originating]\n";
    const Loaded loaded = load_sources({{"example", toml}});
    EXPECT_TRUE(loaded.problems.empty()) << toml << text(loaded.problems.front());
  }
  EXPECT_EQ(examples, 13u);
}

TEST(Manual, ExplainsEveryMessage) {
  const std::string manual = contents_of(root + "/docs/CONFIGURATION.md");
  std::set<std::string> ids;
  for (const char* file : {"configuration", "cross_checks", "document", "instances", "sections", "value"}) {
    const std::string source = contents_of(root + "/core/config/" + file + ".cpp");
    const std::regex id("\"(CONFIG-[A-Z-]+)\"");
    for (std::sregex_iterator found(source.begin(), source.end(), id), end; found != end; ++found)
      ids.insert((*found)[1]);
  }
  EXPECT_GE(ids.size(), 10u);
  for (const std::string& id : ids) EXPECT_NE(manual.find("| " + id + " |"), std::string::npos) << id;
}

}  // namespace
}  // namespace postern::config
