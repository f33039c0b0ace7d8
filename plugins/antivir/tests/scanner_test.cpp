// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include <postern/testing.hpp>

namespace postern::antivir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using postern::testing::Host;
using postern::testing::Ran;
using postern::testing::Result;

Result answered(Ran ran) {
  Host host;
  host.option("program", "/bin/true").spawn([&](const std::vector<std::string>& argv, std::string_view) {
    EXPECT_EQ(argv.back(), "{path}");
    return ran;
  });
  host.part("a mail");
  return host.scan<Scanner>();
}

TEST(Antivir, TakesNothingButZeroForClean) {
  for (int code = 0; code < 256; ++code) {
    const Result result = answered({code});
    EXPECT_EQ(result.rc == POSTERN_OK && result.findings.empty(), code == 0) << code;
  }
  EXPECT_THAT(answered({214}).reason, HasSubstr("no licence key"));
  EXPECT_EQ(answered({-1, 9}).rc, POSTERN_E_IO);
}

TEST(Antivir, TakesNamesFromWhatItPrints) {
  EXPECT_THAT(Vendor::names_of("  ALERT: [Eicar-Test-Signatur virus] /x/part <<< Contains code\n"), ElementsAre("Eicar-Test-Signatur virus"));
  EXPECT_THAT(Vendor::names_of("ALERT: 'W32/Netsky' found\r\n"), ElementsAre("W32/Netsky"));
  EXPECT_THAT(Vendor::names_of("VIRUS: file contains code of the virus 'Eicar-Test-Signatur'\n"), ElementsAre("Eicar-Test-Signatur"));
  EXPECT_THAT(Vendor::names_of("ALERT:\n"), ElementsAre("unnamed"));
  EXPECT_THAT(Vendor::names_of("nothing\n"), ElementsAre());
  EXPECT_EQ(answered({214, 0, "ALERT: [Half]\n"}).findings.at(0).name, "Half") << "found, though the licence is missing";
  EXPECT_EQ(answered({0, 0, "ALERT: [Liar]\n"}).findings.at(0).name, "Liar");
}

TEST(Antivir, ReadmeHasTheTable) {
  std::ifstream in(POSTERN_SOURCE_DIR "/plugins/antivir/README.md");
  const std::string readme(std::istreambuf_iterator<char>(in), {});
  for (const support::ExitCode& row : Vendor::exit_codes()) {
    const char* is = row.outcome == support::Outcome::clean ? "clean" : row.outcome == support::Outcome::infected ? "infected" : "failed";
    EXPECT_THAT(readme, HasSubstr("| " + std::to_string(row.code) + " | " + is + " | " + row.meaning + " |"));
  }
}

}  // namespace
}  // namespace postern::antivir
