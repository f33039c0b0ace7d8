// SPDX-License-Identifier: MIT
#include "field_name.h"

#include <gtest/gtest.h>

#include <string>

#include "boundary.h"
#include "delimiter.h"
#include "hidden_text.h"

namespace postern::mime {
namespace {

namespace s = postern::support;

NamedField field_of(const std::string& line) {
  return content_field(*s::HeaderReader(line).next());
}

TEST(FieldName, OrdinaryNamesAreNotOdd) {
  for (const char* line : {"Content-Type: x\r\n", "CONTENT-TYPE: x\r\n", "content-type:x"}) {
    const std::string text(line);
    EXPECT_EQ(field_of(text).field, ContentField::type) << line;
    EXPECT_FALSE(field_of(text).odd) << line;
  }
  EXPECT_EQ(field_of("Content-Disposition: x").field, ContentField::disposition);
  EXPECT_EQ(field_of("Content-Transfer-Encoding: x").field, ContentField::encoding);
}

TEST(FieldName, IndulgentReadersSeeMore) {
  const std::string lines[] = {"Content-Type : x",
                               "Content-Type\t: x",
                               " Content-Type: x",
                               "Content_Type: x",
                               "Content-Type(a:b): x",
                               "Content-Type (a(b)c): x",
                               "Content(a)-Type: x",
                               "Content-Type(" + std::string(1000, 'a') + "): x",
                               "Content-Type(a: x",
                               "Content-Type(: x",
                               "Content-Type (a(b): x",
                               "Content-Type(a\\): x",
                               "Content-Type): x",
                               "Content-Type (a)): x",
                               "\xEF\xBB\xBF"
                               "Content-Type: x",
                               "\xD0\xA1ontent-Type: x",
                               "Content\xE2\x80\x93Type: x",
                               "\xEF\xBC\xA3ontent-Type: x",
                               std::string("Content-\0Type: x", 16)};
  for (const std::string& line : lines) {
    EXPECT_EQ(field_of(line).field, ContentField::type) << line;
    EXPECT_TRUE(field_of(line).odd) << line;
    EXPECT_EQ(s::trim(field_of(line).value), "x") << line;
  }
}

TEST(FieldName, AColonInACommentIsOneForReadersWithoutComments) {
  const std::string text = "Content-Type(a: x; y=z) : b", open = "Content-Type(a: x)";
  EXPECT_EQ(field_of(text).field, ContentField::type);
  EXPECT_EQ(field_of(text).value, " b");
  EXPECT_EQ(field_of(text).other_value, " x; y=z) : b");
  EXPECT_EQ(field_of(open).field, ContentField::type);
  EXPECT_EQ(field_of(open).value, " x)");
  EXPECT_EQ(field_of(open).other_value, "");
}

TEST(FieldName, OtherFieldsAreNone) {
  for (const char* line : {"Subject: Content-Type: x", "X-Content-Type: x", "Content-Typ: x", "Content-Types: x",
                           "X_Y: x", "this is text (about Content-Type: x", "Content-Type", "(", ":",
                           "(Content-Type: x", "Content-Types(a: x", "Content-Type( x", "(a: Content-Type): x"}) {
    const std::string text(line);
    EXPECT_EQ(field_of(text).field, ContentField::none) << line;
  }
}

TEST(FieldName, ParametersOnTheirOwnLine) {
  for (const char* line : {"boundary=X", "boundary = X", "name*0*=a", "  x=y"})
    EXPECT_TRUE(looks_like_parameter(line)) << line;
  for (const char* line : {"", "=", "a b=c", "text", "From: a=b", "<a href=x>"})
    EXPECT_FALSE(looks_like_parameter(line)) << line;
}

std::vector<std::string> boundaries(std::string_view value) {
  return boundary_readings(s::parse_parameters(value));
}

TEST(Boundary, CarelessReadersCutElsewhere) {
  using Strings = std::vector<std::string>;
  EXPECT_EQ(boundaries("m/m; boundary=X"), Strings{"X"});
  EXPECT_EQ(boundaries("m/m; boundary=\"X \""), Strings{"X"});
  EXPECT_EQ(boundaries("m/m; boundary=\"=_a b?c/d'(e)\""), Strings{"=_a b?c/d'(e)"});
  EXPECT_EQ(boundaries("m/m; boundary=\" X\""), (Strings{" X", "X"}));
  EXPECT_EQ(boundaries("m/m; boundary=\"X;\""), (Strings{"X;", "\"X", "X"}));
  EXPECT_EQ(boundaries("m/m; boundary=\"X\\\"Y\""), (Strings{"X\"Y", "X\\\"Y", "X\\"}));
  EXPECT_EQ(boundaries("m/m; boundary=\"X"), (Strings{"X", "\"X"}));
}

TEST(Delimiter, GuessesNeedMoreThanDashes) {
  using Strings = std::vector<std::string>;
  EXPECT_EQ(guess_boundaries("--a\r\nContent-Type: x\r\n\r\n--a--\r\n"), Strings{"a"});
  EXPECT_EQ(guess_boundaries("--a\r\n\r\ntext\r\n--a--\r\n"), Strings{"a"});
  EXPECT_EQ(guess_boundaries("--\r\nContent-Type: x\r\n"), Strings{""});
  EXPECT_EQ(guess_boundaries("--a\r\nContent-x\r\n--b\r\nContent-x\r\n"), (Strings{"a", "b"}));
  EXPECT_EQ(guess_boundaries("-- \r\nsignature\r\n--option value\r\n--a\r\nb\r\n----\r\n"), Strings{});
}

TEST(HiddenText, IsShownInUtf8) {
  EXPECT_EQ(hidden_text("+ADw-b+AD4-", "UTF-7"), "<b>");
  EXPECT_EQ(hidden_text(std::string("\xFF\xFE<\0b\0", 6), ""), "<b");
  EXPECT_EQ(hidden_text(std::string("\0<\0b", 4), "utf-16be"), "<b");
  EXPECT_EQ(hidden_text("a~\r\nb~~c~{d~}", "hz-gb-2312"), "ab~cd");
  EXPECT_EQ(hidden_text("a\x1b(Bb", "iso-2022-jp"), "ab");
}

TEST(HiddenText, OrdinaryTextHidesNothing) {
  for (const char* charset :
       {"", "utf-8", "us-ascii", "iso-8859-1", "windows-1252", "utf-7", "iso-2022-jp", "hz-gb-2312", "x-unknown"})
    EXPECT_EQ(hidden_text("plain text", charset), std::nullopt) << charset;
}

}  // namespace
}  // namespace postern::mime
