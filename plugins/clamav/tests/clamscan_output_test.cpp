// SPDX-License-Identifier: MIT
#include "clamscan/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::clamscan {
namespace {

using ::testing::HasSubstr;

const std::string both_clean = "/f/0: OK\n/f/1: OK\n";
const std::string second_found = "/f/0: OK\n/f/1: Win.Test.EICAR_HDB-1 FOUND\n";

Output read(std::string_view printed, Ending ending) {
  return read_output(printed, ending, "/f", 2);
}

TEST(ClamscanOutput, IsAnAnswerForEachFile) {
  const Output clean = read(both_clean, {0});
  EXPECT_EQ(clean.problem, "");
  EXPECT_EQ(clean.answers[0]->signature, "");
  const Output found = read(second_found, {1});
  EXPECT_EQ(found.problem, "");
  EXPECT_EQ(found.answers[0]->signature, "");
  EXPECT_EQ(found.answers[1]->signature, "Win.Test.EICAR_HDB-1");
}

TEST(ClamscanOutput, ComesInAnyOrder) {
  const Output found = read("/f/1: A.Virus FOUND\n/f/0: OK\n", {1});
  EXPECT_EQ(found.problem, "");
  EXPECT_EQ(found.answers[1]->signature, "A.Virus");
}

TEST(ClamscanOutput, MustFitTheExitCode) {
  EXPECT_THAT(read(both_clean, {1}).problem, HasSubstr("names no virus"));
  const Output lie = read(second_found, {0});
  EXPECT_THAT(lie.problem, HasSubstr("although it names a virus"));
  EXPECT_EQ(lie.answers[1]->signature, "Win.Test.EICAR_HDB-1") << "told all the same";
  for (int code = 2; code < 256; ++code) EXPECT_NE(read(both_clean, {code}).problem, "") << code;
  EXPECT_THAT(read(both_clean, {2, 0, false, "LibClamAV Warning: x\nERROR: Can't open file\n"}).problem, HasSubstr("Can't open file"));
}

TEST(ClamscanOutput, IsAFailureWhenTheProgramDiesOrNeverStops) {
  EXPECT_THAT(read(both_clean, {-1, 9}).problem, HasSubstr("signal 9"));
  EXPECT_THAT(read(both_clean, {0, 0, true}).problem, HasSubstr("without end"));
}

TEST(ClamscanOutput, ThatIsCutAnywhereIsAFailure) {
  for (size_t n = 0; n < both_clean.size(); ++n) EXPECT_NE(read(both_clean.substr(0, n), {0}).problem, "") << n;
  for (size_t n = 0; n < second_found.size(); ++n) EXPECT_NE(read(second_found.substr(0, n), {1}).problem, "") << n;
}

TEST(ClamscanOutput, TakesNothingElseForClean) {
  for (const char* line : {"/f/1: Empty file", "/f/1: Symbolic link", "/f/1: Access denied", "/f/1: ok", "/f/1: OK ", "/f/01: OK", "/f/2: OK",
                           "/g/1: OK", "/f/1:OK", "/f/-1: OK", "/f/1: FOUND", "/f/1:  FOUND", "/f/1: two words FOUND", "/f/1: \x01 FOUND",
                           "/f/99999999999999999999: OK", "LibClamAV Error: broken"}) {
    const Output output = read("/f/0: OK\n" + std::string(line) + "\n", {0});
    EXPECT_NE(output.problem, "") << line;
    EXPECT_FALSE(output.answers[1]) << line;
  }
}

TEST(ClamscanOutput, ThatAnswersTwiceIsAFailureAndWhatWasFoundStaysFound) {
  const Output output = read("/f/0: A.Virus FOUND\n/f/0: OK\n/f/1: OK\n", {1});
  EXPECT_THAT(output.problem, HasSubstr("twice"));
  EXPECT_EQ(output.answers[0]->signature, "A.Virus");
}

}  // namespace
}  // namespace postern::clamscan
