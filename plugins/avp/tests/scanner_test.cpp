// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include <postern/testing.hpp>

namespace postern::avp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using support::Outcome;
using postern::testing::Host;
using postern::testing::Ran;
using postern::testing::Result;

Result answered(const Variant& variant, Ran ran) {
  Host host;
  host.option("variant", variant.name).option("program", "/bin/true").spawn([&](const std::vector<std::string>& argv, std::string_view) {
    EXPECT_EQ(argv.size(), variant.arguments.size() + 2);
    return ran;
  });
  host.part("a mail");
  return host.scan<Scanner>();
}

const char* word(Outcome outcome) {
  switch (outcome) {
    case Outcome::clean: return "clean";
    case Outcome::infected: return "infected";
    case Outcome::failed: return "failed";
    case Outcome::incomplete: return "incomplete";
    case Outcome::encrypted: return "encrypted";
  }
  return "";
}

TEST(Avp, TakesNothingButZeroForCleanInAnyVariant) {
  ASSERT_EQ(variants().size(), 4u);
  for (const Variant& variant : variants()) {
    for (int code = 0; code < 256; ++code) {
      const Result result = answered(variant, {code});
      EXPECT_EQ(result.rc == POSTERN_OK && result.findings.empty(), code == 0) << variant.name << " " << code;
    }
    EXPECT_EQ(answered(variant, {-1, 11}).rc, POSTERN_E_IO);
  }
}

TEST(Avp, DoesNotTakeAnIncompleteScanForAWholeOne) {
  const Result result = answered(variants()[1], {1});
  EXPECT_EQ(result.rc, POSTERN_PARTIAL);
  EXPECT_EQ(result.findings.at(0).category, POSTERN_CAT_LIMIT);
  EXPECT_EQ(answered(variants()[3], {10}).findings.at(0).category, POSTERN_CAT_ENCRYPTED);
}

TEST(Avp, TakesNamesFromWhatItPrints) {
  EXPECT_EQ(answered(variants()[1], {4, 0, "/x/part infected: EICAR-Test-File\r\n"}).findings.at(0).name, "EICAR-Test-File");
  EXPECT_EQ(answered(variants()[3], {25, 0, "/x/part INFECTED Trojan.X\n"}).findings.at(0).name, "Trojan.X");
  EXPECT_EQ(answered(variants()[0], {3, 0, "/x/part SUSPICION Type_Com\n"}).findings.at(0).name, "Type_Com");
  EXPECT_EQ(answered(variants()[0], {4}).findings.at(0).name, "unnamed");
  EXPECT_EQ(answered(variants()[0], {0, 0, "x INFECTED Liar\n"}).findings.at(0).name, "Liar");
}

TEST(Avp, ReadmeHasTheTables) {
  std::ifstream in(POSTERN_SOURCE_DIR "/plugins/avp/README.md");
  const std::string readme(std::istreambuf_iterator<char>(in), {});
  for (const Variant& variant : variants())
    for (const support::ExitCode& row : variant.exit_codes)
      EXPECT_THAT(readme, HasSubstr("| " + std::string(variant.name) + " | " + std::to_string(row.code) + " | " + word(row.outcome) + " | " + row.meaning + " |"));
}

}  // namespace
}  // namespace postern::avp
