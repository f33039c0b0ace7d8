// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <postern/support/header_fields.h>

namespace postern::support {
namespace {

TEST(HeaderFields, HaveExactPlacesInTheText) {
  const std::string text = "Subject: one\r\n two\r\nTo:x\r\n\r\nbody";
  const HeaderSection s = parse_header(text);
  ASSERT_EQ(s.fields.size(), 2u);
  EXPECT_EQ(s.fields[0].name, "Subject");
  EXPECT_EQ(s.fields[0].value, " one\r\n two");
  EXPECT_EQ(text.substr(s.fields[0].offset, s.fields[0].length), "Subject: one\r\n two\r\n");
  EXPECT_EQ(text.substr(s.fields[1].offset, s.fields[1].length), "To:x\r\n");
  EXPECT_EQ(text.substr(s.body), "body");
  EXPECT_TRUE(s.ended_by_blank_line);
}

TEST(HeaderFields, TakeBareLineFeedsAsLineEnds) {
  const HeaderSection s = parse_header("A: 1\n\t2\nB: 3\n\nbody");
  ASSERT_EQ(s.fields.size(), 2u);
  EXPECT_EQ(unfold(s.fields[0].value), "1\t2");
  EXPECT_TRUE(s.ended_by_blank_line);
}

TEST(HeaderFields, CoverEveryByteUpToTheBody) {
  for (const std::string_view text : {"A: b", "A: b\r\n", "junk\r\nA: b\r\n\r\n", " lead\r\nA:b\r\n", "", "\r\n",
                                      "\n\n", ":\r\n", "A\r\n :x\r\n\r\nq"}) {
    const HeaderSection s = parse_header(text);
    std::size_t at = 0;
    for (const HeaderField& f : s.fields) {
      EXPECT_EQ(f.offset, at) << text;
      at += f.length;
    }
    EXPECT_LE(at, s.body) << text;
    EXPECT_LE(s.body - at, 2u) << text;
  }
}

TEST(HeaderFields, KeepALineThatIsNoFieldWithoutAName) {
  const HeaderSection s = parse_header("From me Mon\r\nhello world: no\r\n  leading\r\nA : b\r\n\r\n");
  ASSERT_EQ(s.fields.size(), 3u);
  EXPECT_FALSE(s.fields[0].is_field());
  EXPECT_FALSE(s.fields[1].is_field());
  EXPECT_TRUE(s.fields[2].is("a"));
  EXPECT_TRUE(s.fields[2].blank_before_colon);
}

TEST(HeaderFields, TellAContinuationOfNothingButBlanks) {
  const HeaderSection s = parse_header("A: b\r\n  \r\nC: d\r\n\r\n");
  ASSERT_EQ(s.fields.size(), 2u);
  EXPECT_TRUE(s.fields[0].blank_fold);
  EXPECT_FALSE(s.fields[1].blank_fold);
}

TEST(HeaderFields, EndWithTheTextWhereNoEmptyLineComes) {
  const HeaderSection s = parse_header("A: b\r\n");
  EXPECT_FALSE(s.ended_by_blank_line);
  EXPECT_EQ(s.body, 6u);
}

TEST(Comments, AreTakenOutWhereTheyAreComments) {
  const std::pair<const char*, const char*> table[] = {{"a(b)c", "ac"},
                                                       {"a(b(c)d)e", "ae"},
                                                       {"\"a(b)c\"", "\"a(b)c\""},
                                                       {"a(b", "a(b"},
                                                       {"a\"b(c)", "a\"b(c)"},
                                                       {"(x\\)y)z", "z"},
                                                       {"a)b", "a)b"},
                                                       {"", ""},
                                                       {"(a)(b)", ""}};
  for (const auto& [in, out] : table) EXPECT_EQ(without_comments(in), out) << in;
}

TEST(Comments, AMillionOpenParenthesesEndInReasonableTime) {
  const std::string text(1'000'000, '(');
  EXPECT_EQ(without_comments(text), text);  // quadratic: minutes
}

}  // namespace
}  // namespace postern::support
