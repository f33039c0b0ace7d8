// SPDX-License-Identifier: MIT
// No room looks back: the includes of the whole source are held to the order of core/CMakeLists.txt. The rules
// themselves are tried on small houses first, each with one thing wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "layering_check.h"

namespace postern::layering {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A house of three rooms in which everything is right.
Tree house() {
  return {
      {"core/CMakeLists.txt",
       "# rooms\nfunction(postern_room name)\nendfunction()\npostern_room(base SOURCES log.cpp)\n"
       "postern_room(plugin SOURCES host.cpp)\npostern_room(judge SOURCES judge.cpp LINK x)\n"},
      {"core/base/log.h", "#pragma once\n#include <string>\n"},
      {"core/base/log.cpp", "#include \"base/log.h\"\n#include <unistd.h>\n#include <spdlog/spdlog.h>\n"},
      {"core/plugin/host.h", "#include \"base/log.h\"\n#include \"postern/plugin.h\"\n"},
      {"core/judge/judge.h", "#include \"base/log.h\"\n#include \"plugin/host.h\"\n"},
      {"sdk/include/postern/plugin.h", "#include <stddef.h>\n"},
      {"sdk/include/postern/plugin.hpp", "#include <postern/plugin.h>\n#include <vector>\n"},
      {"sdk/tool/main.cpp", "#include <boost/program_options.hpp>\n#include \"plugin/host.h\"\n#include \"verbs.h\"\n"},
      {"sdk/tool/verbs.h", ""},
      {"plugins/archive/reader.cpp", "#include \"reader.h\"\n#include <archive.h>\n#include <postern/plugin.hpp>\n"},
      {"plugins/archive/reader.h", ""},
      {"plugins/archive/tests/reader_test.cpp", "#include <gtest/gtest.h>\n#include \"reader.h\"\n"},
  };
}

std::vector<std::string> violations_with(const std::string& path, const std::string& text) {
  Tree tree = house();
  tree[path] = text;
  return violations(tree);
}

TEST(Rooms, StandInTheOrderOfTheirDeclarations) {
  EXPECT_THAT(rooms(house().at("core/CMakeLists.txt")), ElementsAre("base", "plugin", "judge"));
}

TEST(Layering, AcceptsAHouseInOrder) {
  EXPECT_THAT(violations(house()), IsEmpty());
}

TEST(Layering, NamesFileAndLineOfARoomThatLooksBack) {
  EXPECT_THAT(violations_with("core/base/log.h", "#pragma once\n\n  #  include \"judge/judge.h\"  // why not\n"),
              ElementsAre("core/base/log.h:3: \"judge/judge.h\": base comes before judge and may not see it"));
}

TEST(Layering, KnowsNoRoomThatIsNotDeclared) {
  EXPECT_THAT(violations_with("core/judge/judge.h", "#include \"log.h\"\n#include \"cellar/wine.h\"\n").size(), 2u);
  EXPECT_THAT(violations_with("core/cellar/wine.h", "#include \"base/log.h\"\n"),
              ElementsAre("core/cellar/wine.h:1: core/cellar is no room: core/CMakeLists.txt does not declare it"));
}

TEST(Layering, WantsWhatIsIncludedToExist) {
  EXPECT_THAT(violations_with("core/judge/judge.h", "#include \"base/gone.h\"\n"),
              ElementsAre("core/judge/judge.h:1: there is no \"base/gone.h\""));
  EXPECT_THAT(violations_with("core/judge/judge.h", "#include \"postern/gone.h\"\n").size(), 1u);
}

TEST(Layering, KeepsTheSdkFreeOfUs) {
  EXPECT_THAT(violations_with("sdk/include/postern/plugin.hpp", "#include \"base/log.h\"\n").size(), 1u);
  EXPECT_THAT(violations_with("sdk/include/postern/plugin.hpp", "#include <boost/dll/shared_library.hpp>\n").size(),
              1u);
}

TEST(Layering, ShowsAPluginNothingButTheSdkAndItself) {
  EXPECT_THAT(violations_with("plugins/archive/reader.h", "#include \"base/log.h\"\n"),
              ElementsAre("plugins/archive/reader.h:1: \"base/log.h\": a plug-in sees the SDK and its own files"));
  EXPECT_THAT(violations_with("plugins/other/x.cpp", "#include \"reader.h\"\n").size(), 1u);
  EXPECT_THAT(violations_with("plugins/other/x.cpp", "#include \"../archive/reader.h\"\n").size(), 1u);
  EXPECT_THAT(violations_with("plugins/archive/tests/reader_test.cpp", "#include \"judge/judge.h\"\n").size(), 1u);
}

TEST(Layering, ShowsTheToolTheHostAndNothingAfterIt) {
  EXPECT_THAT(violations_with("sdk/tool/verbs.h", "#include \"judge/judge.h\"\n"),
              ElementsAre("sdk/tool/verbs.h:1: \"judge/judge.h\": the tool sees the rooms up to plugin"));
}

TEST(Layering, KeepsAForeignLibraryAtItsHome) {
  EXPECT_THAT(violations_with("core/judge/judge.h", "#include <spdlog/spdlog.h>\n"),
              ElementsAre("core/judge/judge.h:1: <spdlog/spdlog.h> lives in core/base/ only"));
  EXPECT_THAT(violations_with("plugins/archive/reader.h", "#include <gtest/gtest.h>\n").size(), 1u);
  EXPECT_THAT(violations_with("core/judge/judge.h", "#include <curl/curl.h>\n"),
              ElementsAre("core/judge/judge.h:1: <curl/curl.h> has no home: name one in tests/layering_check.cpp"));
}

TEST(Layering, LetsOnlyTestsOfAPlugInSeeTheSharedSamples) {
  EXPECT_THAT(violations_with("plugins/archive/tests/x_test.cpp", "#include \"support/samples.h\"\n"), IsEmpty());
  EXPECT_THAT(violations_with("plugins/archive/reader.h", "#include \"support/samples.h\"\n").size(), 1u);
}

TEST(Layering, WantsTheOwnHeaderFirst) {
  EXPECT_THAT(violations_with("core/base/log.cpp", "#include <string>\n#include \"base/log.h\"\n"),
              ElementsAre("core/base/log.cpp:1: its own header comes first"));
}

Tree this_source() {
  const std::filesystem::path root = POSTERN_SOURCE_DIR;
  Tree tree;
  for (const char* part : {"core", "sdk", "plugins"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / part)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path());
      tree[entry.path().lexically_relative(root).generic_string()] = {std::istreambuf_iterator<char>(file), {}};
    }
  return tree;
}

TEST(Layering, HoldsForThisSource) {
  const Tree tree = this_source();
  ASSERT_GT(tree.size(), 200u);
  ASSERT_GT(rooms(tree.at("core/CMakeLists.txt")).size(), 10u);
  for (const std::string& violation : violations(tree)) ADD_FAILURE() << violation;
}

}  // namespace
}  // namespace postern::layering
