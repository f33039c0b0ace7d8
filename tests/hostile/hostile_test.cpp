// SPDX-License-Identifier: MIT
// Every recipe of the catalogue through the configured decoders in their cage.
#include <gmock/gmock.h>

#include <algorithm>
#include <ostream>

#include "hostile/catalogue.h"
#include "hostile/verdict.h"

namespace postern::testing {

void PrintTo(const Recipe& recipe, std::ostream* out) { *out << recipe.name; }

namespace {

Court& court() {
  static Court one;
  return one;
}

class Hostile : public ::testing::TestWithParam<Recipe> {};

TEST_P(Hostile, PayloadReachesTheScannerAndTheTrickIsMarked) {
  const Recipe& recipe = GetParam();
#ifdef POSTERN_SANITIZED
  if (std::count(recipe.marks.begin(), recipe.marks.end(), "archive-memory") > 0) GTEST_SKIP() << "the limit of memory is off under a sanitizer";
  if (recipe.name == "bomb-empty-streams-bzip2") GTEST_SKIP() << "its hundreds of thousands of streams take minutes under a sanitizer";
#endif
  const Verdict verdict = court().judge(recipe);
  EXPECT_THAT(verdict.faults, ::testing::IsEmpty()) << recipe.trick << verdict.tree;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Hostile, ::testing::ValuesIn(catalogue()), [](const auto& instance) {
  std::string name = instance.param.name;
  std::replace_if(name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

}  // namespace
}  // namespace postern::testing
