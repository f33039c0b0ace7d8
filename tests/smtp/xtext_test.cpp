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

}  // namespace
}  // namespace postern::smtp
