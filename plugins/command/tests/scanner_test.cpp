// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <postern/testing.hpp>

namespace postern::command {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using postern::testing::Host;
using postern::testing::Ran;
using postern::testing::Result;

Result answered(Ran ran) {
  Host host;
  host.option("command", {"/bin/true", "--scan", "{path}"}).option("infected", {"1", "3"}).option("encrypted", "7").option("incomplete", "8");
  host.option("name", "FOUND (\\S+)").spawn([&](const std::vector<std::string>& argv, std::string_view part) {
    EXPECT_THAT(argv, ElementsAre("/bin/true", "--scan", "{path}"));
    EXPECT_EQ(part, "a mail");
    return ran;
  });
  host.part("a mail");
  return host.scan<Scanner>();
}

std::string complaint(const std::string& option, std::initializer_list<std::string> values) {
  Host host;
  if (option != "command") host.option("command", {"/bin/true", "{path}"});
  host.option(option, values);
  host.part("a mail");
  try {
    host.scan<Scanner>();
  } catch (const Error&) {
  }
  return host.option_errors().empty() ? "" : host.option_errors().front().option + ": " + host.option_errors().front().text;
}

TEST(Command, TakesOnlyListedCodesForAnAnswer) {
  for (int code = 0; code < 256; ++code) {
    const Result result = answered({code});
    EXPECT_EQ(result.rc == POSTERN_OK && result.findings.empty(), code == 0) << code;
    const bool is_listed = code == 0 || code == 1 || code == 3 || code == 7 || code == 8;
    EXPECT_EQ(result.rc == POSTERN_E_IO, !is_listed) << code;
  }
  EXPECT_EQ(answered({7}).findings.at(0).category, POSTERN_CAT_ENCRYPTED);
  EXPECT_EQ(answered({8}).rc, POSTERN_PARTIAL);
  EXPECT_EQ(answered({0, 11}).rc, POSTERN_E_IO);
  EXPECT_EQ(answered({0, 0, std::string(300000, 'x')}).rc, POSTERN_E_IO);
}

TEST(Command, TakesNamesByThePattern) {
  EXPECT_EQ(answered({1, 0, "x\nFOUND Evil.A now\nFOUND Evil.B\n"}).findings.at(1).name, "Evil.B");
  EXPECT_EQ(answered({1}).findings.at(0).name, "unnamed");
  EXPECT_EQ(answered({1, 0, "", "FOUND On.Stderr\n"}).findings.at(0).name, "On.Stderr");
  EXPECT_EQ(answered({0, 0, "FOUND Liar\n"}).findings.at(0).name, "Liar");
  EXPECT_EQ(answered({1, 0, "FOUND \xff\xfe\n"}).findings.at(0).name, "\xff\xfe");
}

TEST(Command, SaysWhatIsWrongWithItsDescription) {
  EXPECT_THAT(complaint("command", {"scan", "{path}"}), HasSubstr("command: begins with the whole path"));
  EXPECT_THAT(complaint("command", {"/nonexistent/scan"}), HasSubstr("command: begins with the whole path"));
  EXPECT_THAT(complaint("infected", {"0"}), HasSubstr("infected: 0 has another meaning already"));
  EXPECT_THAT(complaint("name", {"("}), HasSubstr("name: not a regular expression: missing )"));
  EXPECT_THAT(complaint("name", {"FOUND"}), HasSubstr("name: has no group"));
  EXPECT_EQ(complaint("name", {"(FOUND)"}), "");
}

}  // namespace
}  // namespace postern::command
