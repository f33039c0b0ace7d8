// SPDX-License-Identifier: MIT
#include "policy/banned_rules.h"

#include <gtest/gtest.h>

namespace postern::policy {
namespace {

// The name of the first rule of the default set that fits; empty: none.
std::string fits(const std::vector<std::string>& names, const char* declared = "", const char* detected = "", uint32_t marks = 0) {
  for (const Rule& rule : default_rules().rules)
    if (rule.fits({names, declared, detected, marks})) return rule.name;
  return "";
}

TEST(DefaultRules, BanProgramsByName) {
  for (const char* name : {"invoice.pdf.exe", "a.txt.SCR", "photo.jpg .com", "x.tar.bat ", "x.doc.cmd..."}) EXPECT_EQ(fits({name}), "double extension") << name;
  for (const char* name : {"setup.exe", "x.vbs", "x.PIF", "x.cpl"}) EXPECT_EQ(fits({name}), "program by its extension") << name;
  EXPECT_EQ(fits({"list.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}"}), "class id");
  for (const char* name : {"", "exe", "report.pdf", "executive.txt", "a.exe.txt", "v1.2.com.pdf", "1.2.exercise", "{3050F4D8}", "notes.2026.11.com-list.txt"})
    EXPECT_EQ(fits({name}), "") << name;
}

TEST(DefaultRules, LookAtEveryName) {
  EXPECT_EQ(fits({"harmless.txt", "harmless.exe"}), "program by its extension");
}

TEST(DefaultRules, BanProgramsByType) {
  EXPECT_EQ(fits({}, "application/hta"), "program by its declared type");
  EXPECT_EQ(fits({}, "image/png", "application/x-dosexec"), "program by its content");
  EXPECT_EQ(fits({}, "message/partial"), "mail in pieces");
  EXPECT_EQ(fits({}, "message/external-body"), "content elsewhere");
  EXPECT_EQ(fits({}, "image/png", "image/png"), "");
}

TEST(Rule, WantsAllItsConditions) {
  Rule rule;
  rule.file_name.emplace("\\.zip$");
  rule.types = {"application/zip", "video/"};
  rule.marks = 1u << static_cast<uint32_t>(Mark::encrypted);
  const std::vector<std::string> zip = {"a.zip"}, other = {"a.rar"};
  const uint32_t encrypted = rule.marks, macro = 1u << static_cast<uint32_t>(Mark::macro);
  EXPECT_EQ(rule.fits({zip, "", "application/zip", encrypted}).value_or(""), "name \"a.zip\", content is \"application/zip\", is encrypted");
  EXPECT_EQ(rule.fits({zip, "video/mp4", "", encrypted | macro}).value_or(""), "name \"a.zip\", declared as \"video/mp4\", is encrypted");
  EXPECT_FALSE(rule.fits({other, "", "application/zip", encrypted}));
  EXPECT_FALSE(rule.fits({zip, "", "application/pdf", encrypted}));
  EXPECT_FALSE(rule.fits({zip, "", "application/zip", macro}));
}

TEST(Rule, ShowsAHostileNameEscaped) {
  Rule rule;
  rule.file_name.emplace("x");
  EXPECT_EQ(rule.fits({{"x\r\n250 ok"}, "", "", 0}).value_or(""), "name \"x\\x0d\\x0a250 ok\"");
}

TEST(Pattern, IsCaseInsensitiveAndLinearAndSaysWhatIsWrong) {
  EXPECT_TRUE(Pattern("\\.EXE$").is_found_in("a.exe"));
  EXPECT_FALSE(Pattern("(a*)*b$").is_found_in(std::string(100'000, 'a')));
  EXPECT_NE(Pattern("(").error(), "");
  EXPECT_FALSE(Pattern("(").is_found_in("("));
}

}  // namespace
}  // namespace postern::policy
