// SPDX-License-Identifier: MIT
#include "smtp/xtext.h"

#include <gtest/gtest.h>

namespace postern::smtp {
namespace {

TEST(Xtext, BringsEveryOctetThere) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  const std::string text = xtext_encode(all);
  for (const char c : text) EXPECT_TRUE(c > ' ' && c < 0x7f && c != '=');
  EXPECT_EQ(xtext_decode(text), all);
}

TEST(Xtext, ReadsWhatTheStandardShows) {
  EXPECT_EQ(xtext_encode("a+b=c d"), "a+2Bb+3Dc+20d");
  EXPECT_EQ(xtext_decode("a+2Bb+3dc"), "a+b=c");
  EXPECT_EQ(xtext_decode(""), "");
}

TEST(Xtext, RefusesWhatIsNone) {
  for (const char* text : {"+", "+2", "a+2G", "+-1", "+ 1", "a b", "a=b", "a\tb", "\xC3\xBC", "a\x7f"})
    EXPECT_FALSE(xtext_decode(text)) << text;
}

TEST(Control, IsFoundInEveryDisguise) {
  using namespace std::string_view_literals;
  for (const auto text :
       {"\0"sv, "a\r"sv, "\n"sv, "\t"sv, "\x7f"sv, "\xC2\x80"sv, "\xC2\x9F"sv, "\xFF"sv, "\xC0\x8D"sv, "a\xC3"sv})
    EXPECT_TRUE(has_control(text));
  for (const auto text : {""sv, "plain text ~"sv, "\xC2\xA0"sv, "\xE2\x82\xAC"sv, "\xF0\x9F\x93\xAC"sv})
    EXPECT_FALSE(has_control(text)) << text;
}

}  // namespace
}  // namespace postern::smtp
