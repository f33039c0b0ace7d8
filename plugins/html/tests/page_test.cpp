// SPDX-License-Identifier: MIT
#include "page.h"

#include <gmock/gmock.h>

#include <numeric>

#include "charset.h"
#include "data_uri.h"
#include "script.h"
#include "support/samples.h"

namespace html_plugin {
namespace {

using postern::testing::base64;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A program's beginning and enough behind it.
std::string program() {
  std::string bytes("MZ\x90\0\x03\0\0\0", 8);
  for (int i = 0; i < 1500; ++i) bytes += static_cast<char>(i * 7);
  return bytes;
}

std::string in_one_line(std::string_view bytes) {
  std::string text = base64(bytes);
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  return text;
}

std::vector<std::string> contents(const Page& page) {
  std::vector<std::string> all;
  for (const Found& f : page.found) all.push_back(decode(f.encoding, f.text));
  return all;
}

std::vector<std::string> hidden_in_script(const std::string& script) {
  return contents(read_page("<script>" + script + "</script>"));
}

std::string joined(const std::string& text, size_t piece, const std::string& glue) {
  std::string out;
  for (size_t i = 0; i < text.size(); i += piece) out += (i == 0 ? "" : glue) + text.substr(i, piece);
  return out;
}

TEST(DataUris, HaveTypeEncodingAndData) {
  const auto all = find_data_uris("url(data:image/GIF;charset=x;base64,R0lG) url('data:,a%20b') DATA:text/html,p");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].type, "image/gif");
  EXPECT_EQ(all[0].data, "R0lG");
  EXPECT_EQ(all[1].type, "text/plain");
  EXPECT_EQ(decode(all[1].encoding, all[1].data), "a b");
  EXPECT_EQ(all[2].type, "text/html");
}

TEST(DataUris, OtherThingsOfThatNameAreNone) {
  EXPECT_THAT(find_data_uris("{data:e,type:1} metadata:a/b,c $.ajax({data: 'a', x}) data:text/html"), IsEmpty());
}

TEST(Page, AttributesMayHideTheUriWithEntitiesAndLineBreaks) {
  EXPECT_THAT(contents(read_page("<img src='&#100;ata&colon;text/plain;base64,aGVs&#x0a;bG8='>")),
              ElementsAre("hello"));
  EXPECT_THAT(contents(read_page("<a href=\"da\nta:text/plain;ba\tse64,aGVsbG8=\">x</a>")), ElementsAre("hello"));
  EXPECT_THAT(contents(read_page("<object data=data:text/plain,hello%20you>")), ElementsAre("hello you"));
  EXPECT_THAT(contents(read_page("<a href='data:text/plain;base64,aGVsb%47%38%3D'>")), ElementsAre("hello"));
}

TEST(Page, StylesHoldUrisToo) {
  const Page page = read_page(
      "<style>a { background: url(data:image/png;base64,aGVsbG8=) }</style><p style=\"x:url('data:a/b,c')\">");
  EXPECT_THAT(contents(page), ElementsAre("hello", "c"));
  EXPECT_FALSE(page.smuggles);
  EXPECT_FALSE(page.has_script);
}

TEST(Page, APageInAnAttributeIsAPage) {
  const Page page = read_page("<iframe srcdoc=\"&lt;p&gt;hello\"></iframe>");
  EXPECT_THAT(contents(page), ElementsAre("<p>hello"));
  EXPECT_EQ(page.found[0].type, "text/html");
}

TEST(Page, CommentsAreReadSinceSomeMailReadersDo) {
  EXPECT_THAT(contents(read_page("<!--[if mso]><img src='data:a/b,c'><![endif]-->")), ElementsAre("c"));
}

TEST(Page, UnfinishedTagsAndQuotesAreRead) {
  EXPECT_THAT(contents(read_page("<img src='data:a/b,c")), ElementsAre("c"));
  EXPECT_THAT(contents(read_page("<a \"'= <img src=data:a/b,c")), ElementsAre("c"));
  EXPECT_THAT(contents(read_page("<script>x='data:text/plain;base64," + in_one_line(std::string(90, 'x')) + "'")),
              SizeIs(1));
}

TEST(Script, ALongRunOfBase64IsAFile) {
  EXPECT_THAT(hidden_in_script("var f = atob('" + in_one_line(program()) + "');"), ElementsAre(program()));
}

TEST(Script, AShortOneIsIfItIsAFileBeyondDoubt) {
  EXPECT_THAT(hidden_in_script("f('" + in_one_line(program().substr(0, 90)) + "')"), SizeIs(1));
  EXPECT_THAT(hidden_in_script(
                  "f('" + in_one_line("just a sentence that somebody has encoded for no reason at all here") + "')"),
              IsEmpty());
}

TEST(Script, PiecesAreOneInEveryWayAScriptJoinsThem) {
  const std::string text = in_one_line(program());
  for (const char* glue :
       {"' + '", "'\n+\n'", "','", "';\n s += '", "'; s = s + '", "' + // more\n '", "' + /* more */ '", "\\\n"})
    EXPECT_THAT(hidden_in_script("s = '" + joined(text, 80, glue) + "';"), ElementsAre(program())) << glue;
  for (const char* glue : {"\" & \"", "\" & _\r\n \"", "\"\r\ns = s & \""})
    EXPECT_THAT(hidden_in_script("s = \"" + joined(text, 80, glue) + "\"\r\n"), ElementsAre(program())) << glue;
}

TEST(Script, AStatementBetweenTwoLiteralsKeepsThemApart) {
  EXPECT_THAT(hidden_in_script("a = '" + in_one_line(program()) + "'; b('" + in_one_line(program()) + "');"),
              SizeIs(2));
}

TEST(Script, BytesMayBeNumbersHexadecimalEscapedOrTurnedAround) {
  const std::string bytes = program();
  std::string numbers, hexadecimal, percent, escaped, signed_numbers;
  char text[16];
  for (const char c : bytes) {
    const auto b = static_cast<unsigned char>(c);
    numbers += std::to_string(b) + ", ";
    signed_numbers += std::to_string(static_cast<int>(static_cast<signed char>(c))) + ",";
    std::snprintf(text, sizeof text, "%02x", b);
    hexadecimal += text;
    percent += "%" + std::string(text);
    escaped += "\\x" + std::string(text);
  }
  const std::string straight = in_one_line(bytes);
  EXPECT_THAT(hidden_in_script("new Uint8Array([" + numbers + "])"), ElementsAre(bytes));
  EXPECT_THAT(hidden_in_script("new Int8Array([" + signed_numbers + "])"), ElementsAre(bytes));
  EXPECT_THAT(hidden_in_script("'" + numbers + "'.split(',')"), ElementsAre(bytes));
  EXPECT_THAT(hidden_in_script("f('" + hexadecimal + "')"), ElementsAre(bytes));
  EXPECT_THAT(hidden_in_script("unescape('" + percent + "')"), ElementsAre(bytes));
  EXPECT_THAT(hidden_in_script("f('" + escaped + "')"), ElementsAre(bytes));
  EXPECT_THAT(hidden_in_script("f('" + std::string(straight.rbegin(), straight.rend()) + "')"), ElementsAre(bytes));
}

TEST(Script, WhatLooksLikeACommentHidesNothing) {
  EXPECT_THAT(hidden_in_script("r = /\\//; f('" + in_one_line(program()) + "')"), SizeIs(1));
  EXPECT_THAT(hidden_in_script("r = /[/*]/; f('" + in_one_line(program()) + "') /* */"), SizeIs(1));
  EXPECT_THAT(hidden_in_script("// don't\nf('" + in_one_line(program()) + "')"), SizeIs(1));
}

TEST(Script, ListsOfWordsAreNoFile) {
  std::string list;
  for (int i = 0; i < 400; ++i) list += "'word" + std::to_string(i) + "',";
  EXPECT_THAT(hidden_in_script("x = [" + list + "]"), IsEmpty());
}

TEST(Script, HandlersAndScriptAddressesAreScriptsToo) {
  EXPECT_THAT(contents(read_page("<body onload=\"f('" + in_one_line(program()) + "')\">")), ElementsAre(program()));
  EXPECT_THAT(contents(read_page("<a href=\"javascript:f('" + in_one_line(program()) + "')\">")),
              ElementsAre(program()));
}

TEST(Smuggling, IsAFileAndAWayToSaveIt) {
  const std::string file = "f = atob('" + in_one_line(program()) + "');";
  for (const char* way : {"new Blob([f])", "navigator.msSaveOrOpenBlob(f, 'x.iso')", "URL.createObjectURL(f)",
                          "a.download = 'x.iso'", "window['Bl' + 'ob']", "a.setAttribute('download', 'x.iso')"}) {
    EXPECT_TRUE(read_page("<script>" + file + way + "</script>").smuggles) << way;
    EXPECT_FALSE(read_page(std::string("<script>") + way + "</script>").smuggles) << way;
  }
  EXPECT_FALSE(read_page("<script>" + file + "</script>").smuggles);
}

TEST(Smuggling, NamesTheFile) {
  const std::string file = "f = atob('" + in_one_line(program()) + "');";
  for (const char* way :
       {"navigator.msSaveOrOpenBlob(f, 'x.iso')", "a.download = 'x.iso'", "a.setAttribute('download', 'x.iso')",
        "new File([f], 'x.iso')", "a.download = 'x.' + 'iso';"}) {
    const Page page = read_page("<script>" + file + way + "</script>");
    ASSERT_EQ(page.found.size(), 1u) << way;
    EXPECT_THAT(page.found[0].names, ElementsAre("x.iso")) << way;
  }
}

TEST(Smuggling, NeedsNoScriptIfALinkSavesTheUri) {
  const Page page = read_page("<a download=x.exe href='data:application/x;base64," + in_one_line(program()) + "'>");
  EXPECT_TRUE(page.smuggles);
  EXPECT_THAT(page.found.at(0).names, ElementsAre("x.exe"));
  EXPECT_FALSE(read_page("<a download=t.csv href='data:text/csv,a;b;c'>").smuggles);
}

TEST(Smuggling, PicturesAreNone) {
  const std::string picture = "\x89PNG\r\n\x1a\n" + program();
  EXPECT_FALSE(read_page("<script>new Blob(['" + in_one_line(picture) + "'])</script>").smuggles);
  EXPECT_FALSE(
      read_page("<script>new Blob()</script><img src='data:image/png;base64," + in_one_line(picture) + "'>").smuggles);
}

TEST(Svg, SaysThatItHasAScript) {
  const Page page = read_page("<svg xmlns='x'><svg:script><![CDATA[alert(1)]]></svg:script></svg>");
  EXPECT_TRUE(page.is_svg);
  EXPECT_TRUE(page.has_script);
  EXPECT_FALSE(read_page("<svg><script/><path d='M0 0'/></svg>").has_script);
  EXPECT_TRUE(read_page("<svg onload='alert(1)'>").has_script);
}

TEST(Charset, Utf16IsKnownByItsMarkAndByItsZeros) {
  using namespace std::string_literals;
  EXPECT_EQ(from_utf16("\xff\xfe<\0p\0>\0"s), "<p>");
  EXPECT_EQ(from_utf16("\xfe\xff\0<\0p\0>"s), "<p>");
  EXPECT_EQ(from_utf16("<\0p\0>\0h\0e\0l\0l\0o\0 \0\xac\x20"s), "<p>hello \xe2\x82\xac");
  EXPECT_EQ(from_utf16("<p>hello"), std::nullopt);
}

TEST(Charset, Utf7IsKnownByItsBrackets) {
  EXPECT_EQ(from_utf7("+ADw-script+AD4-alert(1) +- 1 +AOk-"), "<script>alert(1) + 1 \xc3\xa9");
  EXPECT_EQ(from_utf7("1 + 1 = 2"), std::nullopt);
}

TEST(Page, WorkGrowsWithItsSizeOnly) {  // none of these comes back within the test's time if it is squared
  constexpr int n = 200'000;
  const auto repeated = [](const std::string& text) {
    std::string all;
    for (int i = 0; i < n; ++i) all += text;
    return all;
  };
  for (const char* text : {"<a b='", "<script ", "data:a/b", "<", "&#", "<a href=\"data:x/y;base64,"})
    read_page(repeated(text));
  for (const char* text : {"'\\", "/*'", "//'", "`", "\"", "'+'", "/*", "a+=", "1,"})
    read_page("<script>" + repeated(text));
  find_data_uris(std::string(n, ' ') + repeated("data:a/b,c "));
}

}  // namespace
}  // namespace html_plugin
