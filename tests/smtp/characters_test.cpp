// SPDX-License-Identifier: MIT
#include "smtp/characters.h"

#include <gtest/gtest.h>

namespace postern::smtp {
namespace {

TEST(Control, IsFoundInEveryDisguise) {
  using namespace std::string_view_literals;
  for (const auto text :
       {"\0"sv, "a\r"sv, "\n"sv, "\t"sv, "\x7f"sv, "\xC2\x80"sv, "\xC2\x9F"sv, "\xFF"sv, "\xC0\x8D"sv, "a\xC3"sv})
    EXPECT_TRUE(has_control(text));
  for (const auto text : {""sv, "plain text ~"sv, "\xC2\xA0"sv, "\xE2\x82\xAC"sv, "\xF0\x9F\x93\xAC"sv})
    EXPECT_FALSE(has_control(text)) << text;
}

TEST(Words, AreCutOffFromTheFront) {
  std::string_view text = "  one two   three ";
  EXPECT_EQ(next_word(text), "one");
  EXPECT_EQ(next_word(text), "two");
  EXPECT_EQ(next_word(text), "three");
  EXPECT_EQ(next_word(text), "");
  EXPECT_EQ(next_word(text), "");
}

TEST(Case, IsAsciiOnly) {
  EXPECT_TRUE(equals_ignoring_case("Mail", "mAIL"));
  EXPECT_FALSE(equals_ignoring_case("Mail", "Mails"));
  EXPECT_FALSE(equals_ignoring_case("\xC3\xA4", "\xC3\x84"));
  EXPECT_EQ(uppercase("hdrs1-\xE4"), "HDRS1-\xE4");
}

}  // namespace
}  // namespace postern::smtp
