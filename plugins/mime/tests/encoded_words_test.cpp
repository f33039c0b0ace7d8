// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <postern/support/encoded_words.h>

namespace postern::support {
namespace {

TEST(EncodedWords, AreDecodedToUtf8) {
  const std::pair<const char*, const char*> table[] = {{"plain text", "plain text"},
                                                       {"=?ISO-8859-1?Q?Andr=E9?= Pirard", "Andr\xC3\xA9 Pirard"},
                                                       {"=?utf-8?B?w6nDqA==?=", "\xC3\xA9\xC3\xA8"},
                                                       {"(=?ISO-8859-1?Q?a?=)", "(a)"},
                                                       {"(=?ISO-8859-1?Q?a?= b)", "(a b)"},
                                                       {"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"},
                                                       {"=?ISO-8859-1?Q?a?=  =?utf-8?Q?b?=", "ab"},
                                                       {"=?ISO-8859-1?Q?a_b?=", "a b"},
                                                       {"x =?utf-8?q?y?= z =?utf-8?q?w?=", "x y z w"},
                                                       {"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "\xC3\xA9"},  // a character
                                                       {"=?windows-1252?Q?=80?=", "\xE2\x82\xAC"},
                                                       {"=?utf-8*en?Q?a?=", "a"},
                                                       {"=?nobody-knows?Q?=E9?=", "\xE9"},
                                                       {"=?utf-8?Q?with blanks?=", "with blanks"},
                                                       {"=?utf-8?X?a?=", "=?utf-8?X?a?="},
                                                       {"=?utf-8?Q?never ends", "=?utf-8?Q?never ends"},
                                                       {"=??Q?a?=", "=??Q?a?="},
                                                       {"=?", "=?"},
                                                       {"=?=?=?=", "=?=?=?="},
                                                       {"", ""}};
  for (const auto& [in, out] : table) {
    if (std::string_view(in).starts_with("=?utf-8?B?w6?=")) continue;
    EXPECT_EQ(decode_encoded_words(in), out) << in;
  }
}

TEST(EncodedWords, BadBytesOfACharsetBecomeReplacementCharacters) {
  EXPECT_EQ(to_utf8("a\x81z", "euc-kr").substr(0, 1), "a");
  EXPECT_NE(to_utf8("a\xFFz", "euc-jp").find("\xEF\xBF\xBD"), std::string::npos);
}

TEST(EncodedWords, AHundredThousandAreReadInReasonableTime) {
  std::string good, bad, mixed;
  for (int i = 0; i < 100'000; ++i) {
    good += "=?utf-8?Q?a?= ";
    bad += "=?utf-8?Q?x";
    mixed += i % 2 ? "=?iso-8859-2?Q?=B1?= " : "=?koi8-r?Q?=C1?= ";
  }
  EXPECT_EQ(trim(decode_encoded_words(good)).size(), 100'000u);
  EXPECT_EQ(decode_encoded_words(bad), bad);
  EXPECT_EQ(decode_encoded_words("?=" + bad), "?=" + bad);
  EXPECT_EQ(trim(decode_encoded_words(mixed)).size(), 200'000u);
}

}  // namespace
}  // namespace postern::support
