// SPDX-License-Identifier: MIT
#include "find.h"

#include <gmock/gmock.h>
#include <postern/support/transfer_encodings.h>

#include "html_text.h"

namespace postern::encoded {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "kind name [data]", with "!" where the end is missing.
std::vector<std::string> found(std::string_view text) {
  static const char* const names[] = {"uu", "xx", "base64", "bare", "yenc", "binhex"};
  std::vector<std::string> all;
  for (const Block& b : find_blocks(text))
    all.push_back(std::string(names[static_cast<int>(b.kind)]) + (b.has_end ? "" : "!") + " " + b.name + " [" +
                  std::string(text.substr(b.offset, b.length)) + "]");
  return all;
}

TEST(Find, FindsEachEncoding) {
  EXPECT_THAT(found("x\nbegin 644 a b.txt\n#86)C\n`\nend\ny\n"), ElementsAre("uu a b.txt [#86)C\n`\n]"));
  EXPECT_THAT(found("begin 644 a\n1MK7X\n+\nend\n"), ElementsAre("xx a [1MK7X\n+\n]"));
  EXPECT_THAT(found("begin-base64 644 a\nYWJj\n====\n"), ElementsAre("base64 a [YWJj\n]"));
  EXPECT_THAT(found("=ybegin line=128 size=3 name=a b\nabc\n=yend size=3\n"), ElementsAre("yenc a b [abc\n]"));
  EXPECT_THAT(found("(This file must be converted with BinHex 4.0)\n\n:ab\ncd:\nx"),
              ElementsAre("binhex  [:ab\ncd:\n]"));
  EXPECT_THAT(found("(This file must be converted with BinHex 4.0)\n:abcd:\n"), ElementsAre("binhex  [:abcd:\n]"));
}

TEST(Find, FindsSeveralAndThoseWithoutEnd) {
  EXPECT_THAT(found("begin 644 a\n#86)C\nbegin 644 b\n#86)C\nend\n=ybegin size=1 name=c\nx\n"),
              ElementsAre("uu! a [#86)C\n]", "uu b [#86)C\n]", "yenc! c [x\n]"));
}

TEST(Find, TakesABeginLineAsReadersDo) {
  for (const char* line : {"begin 644 a", "begin  644  a", "begin 0644 a", "begin  a", "begin\t644\ta"})
    EXPECT_THAT(found(std::string(line) + "\n#86)C\nend\n"), ElementsAre("uu a [#86)C\n]")) << line;
}

TEST(Find, ProseIsNoFile) {
  for (const char* text : {"begin 644 file.txt\nto the line that says\nend\n", "begin with the easy part\nEND\n",
                           "begin 644 x\n\n", "begin 644 x", "=ybegin is how it begins\n=yend\n",
                           "(This file must be converted with BinHex 4.0)\nwas their first line\n",
                           ": a list\n: of things\n", "beginning 644 x\n#86)C\nend\n"})
    EXPECT_THAT(found(text), IsEmpty()) << text;
}

std::string base64_lines(const std::string& beginning, size_t bytes, size_t width) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string data = beginning + std::string(bytes, 'x'), out, line;
  for (size_t i = 0; i + 2 < data.size(); i += 3) {
    const auto at = [&](size_t n) { return static_cast<unsigned>(static_cast<unsigned char>(data[i + n])); };
    const unsigned group = at(0) << 16 | at(1) << 8 | at(2);
    for (const int shift : {18, 12, 6, 0}) line += digits[group >> shift & 63];
    if (line.size() < width) continue;
    out += line + "\r\n";
    line.clear();
  }
  return out + line + "\r\n";
}

TEST(Find, BareBase64MustBeLongAndKnown) {
  const std::string program = base64_lines("MZ", 1200, 76);
  EXPECT_THAT(found("Here it is:\r\n\r\n" + program + "\r\nRegards\r\n"), ElementsAre("bare  [" + program + "]"));
  EXPECT_EQ(found(program + program).size(), 2u);
  EXPECT_THAT(found(base64_lines("MZ", 500, 76)), IsEmpty());
  EXPECT_THAT(found(base64_lines("\x30\x82\x05\x01\x30\x82", 1200, 64)), IsEmpty());  // a certificate
  EXPECT_THAT(found(base64_lines("xx", 1200, 76)), IsEmpty());
  EXPECT_THAT(found(base64_lines("MZ", 1200, 76).insert(500, " and ")), IsEmpty());
}

TEST(HtmlText, ShowsWhatABrowserShows) {
  EXPECT_EQ(html_text("<p>a<br>\r\nb &lt;&amp;&#60;&#x3C;&gt; &unknown; &</p>"), "\na\nb <&<<> &unknown; &\n");
  EXPECT_EQ(html_text("a < b <unclosed"), "a < b <unclosed");
  EXPECT_EQ(html_text("<b>x</b>&#0;&#300;"), "x&#0;&#300;");
}

}  // namespace
}  // namespace postern::encoded
