// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <postern/support/parameters.h>

namespace postern::support {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> boundary(std::string_view value) {
  return readings(parse_parameters(value), "boundary", ReadAs::token);
}
std::vector<std::string> filename(std::string_view value) {
  return readings(parse_parameters(value), "filename", ReadAs::name);
}

TEST(Parameters, OrdinaryValuesHaveOneReading) {
  const std::pair<const char*, const char*> table[] = {
      {"multipart/mixed; boundary=X", "X"},
      {"multipart/mixed; boundary=\"X\"", "X"},
      {"multipart/mixed; charset=x;\tBOUNDARY = \"=_a b?c/d\" ; x=y", "=_a b?c/d"},
      {"multipart/mixed; boundary=X;", "X"},
      {"multipart/mixed; boundary=\"X;\"", "X;"},
      {"multipart/mixed; boundary=----=_Part_1.2", "----=_Part_1.2"},
      {"multipart/mixed; boundary=\"----=?ISO\"", "----=?ISO"},
      {"multipart/mixed; boundary=\"a%41\"", "a%41"},
      {"multipart/mixed;;; boundary=X", "X"},
      {"multipart/mixed; name=\"a\" boundary=X", "X"},
      {"multipart/(c)mixed; boundary(c)=X", "X"}};
  for (const auto& [value, expected] : table) EXPECT_THAT(boundary(value), ElementsAre(expected)) << value;
}

TEST(Parameters, TheValueIsLowerCaseWithoutComments) {
  EXPECT_EQ(parse_parameters("Text/(a)Plain (x); charset=y").value, "text/plain");
  EXPECT_EQ(parse_parameters("").value, "");
}

TEST(Parameters, DuplicatesAreAllReadings) {
  EXPECT_THAT(boundary("multipart/mixed; boundary=X; boundary=Y"), ElementsAre("X", "Y"));
  EXPECT_THAT(boundary("multipart/mixed; boundary=X; boundary=X"), ElementsAre("X"));
  EXPECT_EQ(parse_parameters("a/b; x=1; X=2").parameters.size(), 2u);
}

TEST(Parameters, Rfc2231PiecesAreJoinedInAllWays) {
  EXPECT_THAT(boundary("m/m; boundary*0=A; boundary*1=B"), ElementsAre("AB"));
  EXPECT_THAT(boundary("m/m; boundary*1=B; boundary*0=A"), ElementsAre("AB", "BA"));
  EXPECT_THAT(boundary("m/m; boundary*0=A; boundary*0=C; boundary*1=B"), ElementsAre("AB", "CB", "ACB"));
  EXPECT_THAT(boundary("m/m; boundary*0=A; boundary*2=B"), ElementsAre("AB", "A"));
  EXPECT_THAT(boundary("m/m; boundary=P; boundary*0=A; boundary*1=B"), ElementsAre("P", "AB"));
}

TEST(Parameters, Rfc2231CharsetAndPercentSignsAreDecoded) {
  EXPECT_THAT(filename("attachment; filename*=utf-8'en'evil%2Eexe"), Contains("evil.exe"));
  EXPECT_THAT(filename("attachment; filename*=iso-8859-1''%A3.txt"), Contains("\xC2\xA3.txt"));
  EXPECT_THAT(filename("attachment; filename*0*=utf-8''a%20; filename*1=\".e\"; filename*2=\"xe\""),
              Contains("a .exe"));
  EXPECT_THAT(
      filename("attachment; filename*11=k; filename*10=j; filename*0=a; filename*1=b; filename*2=c; filename*3=d;"
               "filename*4=e; filename*5=f; filename*6=g; filename*7=h; filename*8=i; filename*9=."),
      Contains("abcdefghi.jk"));
  EXPECT_THAT(filename("attachment; filename*=noquotes%2Eexe"), Contains("noquotes.exe"));
}

TEST(Parameters, EncodedWordsInsideQuotesAreDecodedAsAReading) {
  EXPECT_THAT(filename("attachment; filename=\"=?utf-8?B?ZXZpbC5leGU=?=\""),
              ElementsAre("=?utf-8?B?ZXZpbC5leGU=?=", "evil.exe"));
  EXPECT_THAT(boundary("m/m; boundary=\"ab=?us-ascii?Q?c?=\""), ElementsAre("ab=?us-ascii?Q?c?=", "abc"));
}

TEST(Parameters, DamagedQuotesHaveSeveralReadings) {
  EXPECT_THAT(boundary("m/m; boundary=\"X; charset=y"), ElementsAre("X; charset=y", "X"));
  EXPECT_TRUE(parse_parameters("m/m; boundary=\"X; charset=y").parameters[0].unterminated);
  EXPECT_EQ(first_reading(parse_parameters("m/m; boundary=\"X; charset=y"), "charset"), "y");
  EXPECT_THAT(boundary("m/m; boundary=\"X\\\"Y\""), ElementsAre("X\"Y", "X\\\"Y"));
  EXPECT_THAT(boundary("m/m; boundary='X'"), ElementsAre("'X'", "X"));
  EXPECT_THAT(boundary("m/m; boundary=\""), ElementsAre(""));
  EXPECT_THAT(boundary("m/m; boundary=\"\\"), ElementsAre("\\"));
}

TEST(Parameters, EmptyIsAReadingAndAbsentIsNone) {
  EXPECT_THAT(boundary("m/m; boundary="), ElementsAre(""));
  EXPECT_THAT(boundary("m/m; boundary=\"\""), ElementsAre(""));
  EXPECT_THAT(boundary("m/m; boundary"), IsEmpty());
  EXPECT_THAT(boundary("m/m"), IsEmpty());
  EXPECT_TRUE(parse_parameters("m/m; boundary").junk);
}

TEST(Parameters, UnquotedBlanksAndParenthesesBelongToNamesForManyReaders) {
  EXPECT_THAT(filename("attachment; filename=my report.exe"), ElementsAre("my report.exe", "my"));
  EXPECT_THAT(filename("attachment; filename=a (1).exe"), Contains("a (1).exe"));
  EXPECT_THAT(filename("attachment; filename=\"C:\\new.exe\""), Contains("C:\\new.exe"));
}

TEST(Parameters, AMillionAreReadInReasonableTimeAndBounded) {
  std::string value = "a/b";
  for (int i = 0; i < 1'000'000; ++i) value += ";filename=" + std::to_string(i % 5000);
  const FieldValue field = parse_parameters(value);
  EXPECT_TRUE(field.cut);
  EXPECT_EQ(field.parameters.size(), FieldValue::most_parameters);
  EXPECT_EQ(readings(field, "filename", ReadAs::name).size(), 1000u);
}

TEST(Parameters, UnbalancedMillionsEndInReasonableTime) {
  const std::string parentheses = "a/b; x=" + std::string(1'000'000, '(') + "; boundary=X";
  EXPECT_THAT(boundary(parentheses), ElementsAre("X"));
  std::string many = "a/b";
  for (int i = 0; i < 300'000; ++i) many += ";x=(\"";
  EXPECT_FALSE(parse_parameters(many).parameters.empty());
  std::string escapes = "a/b;x=\"";
  for (int i = 0; i < 300'000; ++i) escapes += ";y=\\\"";
  EXPECT_FALSE(parse_parameters(escapes).parameters.empty());
}

}  // namespace
}  // namespace postern::support
