// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include <postern/testing.hpp>

namespace postern::mcafee {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using postern::testing::Host;
using postern::testing::Ran;
using postern::testing::Result;

Result answered(Ran ran) {
  Host host;
  host.option("program", "/bin/true").spawn([&](const std::vector<std::string>& argv, std::string_view) {
    EXPECT_THAT(argv, ElementsAre("/bin/true", "--secure", "-rv", "--mime", "--summary", "--noboot", "{path}"));
    return ran;
  });
  host.part("a mail");
  return host.scan<Scanner>();
}

TEST(Mcafee, MeansWhatItsManualSays) {
  for (const support::ExitCode& row : Vendor::exit_codes()) {
    const Result result = answered({row.code});
    EXPECT_EQ(result.rc, row.outcome == support::Outcome::failed ? POSTERN_E_IO : POSTERN_OK) << row.code;
    EXPECT_EQ(result.findings.size(), row.outcome == support::Outcome::infected ? 1u : 0u) << row.code;
  }
}

TEST(Mcafee, TakesNothingElseForClean) {
  for (int code = 0; code < 256; ++code) {
    const Result result = answered({code});
    EXPECT_EQ(result.rc == POSTERN_OK && result.findings.empty(), code == 0) << code;
  }
  EXPECT_EQ(answered({-1, 11}).rc, POSTERN_E_IO);
  EXPECT_EQ(answered({0, 0, std::string(300000, 'x')}).rc, POSTERN_E_IO);
  Ran late;
  late.rc = POSTERN_E_TIMEOUT;
  EXPECT_EQ(answered(late).rc, POSTERN_E_TIMEOUT);
}

TEST(Mcafee, TakesNamesFromWhatItPrints) {
  EXPECT_THAT(Vendor::names_of("/x/part ... Found the EICAR test file virus !!!\n"), ElementsAre("EICAR test file"));
  EXPECT_THAT(Vendor::names_of("/x: Found virus or variant W32/Netsky.p@MM !!!\r\n/x: Found trojan or variant Bad !!!\n"), ElementsAre("W32/Netsky.p@MM", "Bad"));
  EXPECT_THAT(Vendor::names_of("Found: Joke/Geschenk NOT a virus.\n"), ElementsAre("Joke/Geschenk"));
  EXPECT_THAT(Vendor::names_of("Summary report\nFound nothing\nFound the \n"), ElementsAre());
  EXPECT_EQ(answered({13, 0, "Found the EICAR test file virus !!!\n"}).findings.at(0).name, "EICAR test file");
  EXPECT_EQ(answered({13}).findings.at(0).name, "unnamed");
  EXPECT_EQ(answered({0, 0, "Found the Liar virus !!!\n"}).findings.at(0).name, "Liar") << "the exit code lies";
  EXPECT_EQ(answered({102, 0, "Found the Half virus !!!\n"}).findings.at(0).name, "Half") << "found before it failed";
}

TEST(Mcafee, ReadmeHasTheTable) {
  std::ifstream in(POSTERN_SOURCE_DIR "/plugins/mcafee/README.md");
  const std::string readme(std::istreambuf_iterator<char>(in), {});
  for (const support::ExitCode& row : Vendor::exit_codes()) {
    const char* is = row.outcome == support::Outcome::clean ? "clean" : row.outcome == support::Outcome::infected ? "infected" : "failed";
    EXPECT_THAT(readme, HasSubstr("| " + std::to_string(row.code) + " | " + is + " | " + row.meaning + " |"));
  }
}

}  // namespace
}  // namespace postern::mcafee
