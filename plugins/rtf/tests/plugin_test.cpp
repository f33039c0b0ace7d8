// SPDX-License-Identifier: MIT
// The decoder behind its C interface.
#include <gmock/gmock.h>
#include <postern/testing.hpp>

#include "support/office/ole_samples.h"
#include "support/office/tnef_writer.h"

namespace postern::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::string_literals;

class RtfPlugin : public ::testing::Test {
 protected:
  static Result decode(Host& host, const std::string& bytes, const std::string& type = "text/rtf") {
    host.part(bytes).type(type);
    return Plugin(host, postern_plugin_entry(POSTERN_ABI, 0)).run();
  }
  Result decodes(const std::string& bytes, const std::string& type = "text/rtf") {
    Host host;
    const Result result = decode(host, bytes, type);
    children_.clear();
    for (const postern_part child : result.children) {
      const Node node = host.node(child);
      children_.push_back(node.role() + "|" + node.type() + "|" + node.name() + "|" + std::string(node.bytes()));
    }
    return result;
  }
  static std::vector<std::string> tokens(const Result& result) {
    std::vector<std::string> all;
    for (const Finding& f : result.findings) all.push_back(std::to_string(f.category) + " " + f.name);
    return all;
  }

  std::vector<std::string> children_;
};

const std::string ambiguous = std::to_string(POSTERN_CAT_AMBIGUOUS) + " rtf-object-readings";

TEST_F(RtfPlugin, TakesAnObjectOut) {
  const Result result =
      decodes("{\\rtf1 text {\\object\\objemb{\\*\\objclass Package}{\\*\\objdata 4142\r\n43 44}{\\result x}} 4646}");
  EXPECT_EQ(result.rc, POSTERN_OK);
  EXPECT_THAT(children_, ElementsAre("|application/x-oleobject|Package|ABCD"));
  EXPECT_THAT(result.findings, IsEmpty());
}

TEST_F(RtfPlugin, IsNotConfusedByControlsAndBlanksInTheData) {
  for (const char* data : {"41\\par 42\\xyz-17 43", "4 1\t4\n2 4 3", "41\\'ff42\\~43", "41{\\*\\comment xyz}42{}43",
                           "\\objdata 414243", "414243 4"}) {
    Host host;
    const Result result = decode(host, "{\\rtf1{\\object{\\*\\objdata " + std::string(data) + "}}}");
    ASSERT_FALSE(result.children.empty()) << data;
    EXPECT_EQ(host.node(result.children[0]).bytes(), "ABC") << data;
  }
}

TEST_F(RtfPlugin, TakesRawBytes) {
  decodes("{\\rtf1{\\object{\\*\\objdata 41\\bin5 }{\\x}42}}");
  EXPECT_THAT(children_, ElementsAre("|application/x-oleobject||A}{\\x}B"));
}

TEST_F(RtfPlugin, GivesBothReadingsOfDataInAnInnerGroup) {
  const Result result = decodes("{\\rtf1{\\object{\\*\\objdata 41{\\*\\x 42}43}}}");
  EXPECT_THAT(children_, ElementsAre("|application/x-oleobject||AC", "reading|application/x-oleobject||ABC"));
  EXPECT_THAT(tokens(result), ElementsAre(ambiguous));
}

TEST_F(RtfPlugin, FindsAnObjectThatHalfAByteHides) {
  const std::string object = old_object("Package", "x");
  std::string hex = "7";
  for (const char c : object) {
    constexpr char digits[] = "0123456789abcdef";
    (hex += digits[static_cast<unsigned char>(c) >> 4]) += digits[c & 15];
  }
  const Result result = decodes("{\\rtf1{\\object{\\*\\objdata " + hex + "}}}");
  ASSERT_EQ(children_.size(), 2u);
  EXPECT_EQ(children_[1], "reading|application/x-oleobject||" + object);
  EXPECT_THAT(tokens(result), ElementsAre(ambiguous));
}

TEST_F(RtfPlugin, TakesAnObjectOutThatTheTextEndsIn) {
  decodes("{\\rtf1{\\object{\\*\\objdata 4142");
  EXPECT_THAT(children_, ElementsAre("|application/x-oleobject||AB"));
}

TEST_F(RtfPlugin, TakesStoredDataOut) {
  decodes("{\\rtf1{\\*\\datastore d0cf}}");
  EXPECT_THAT(children_, ElementsAre("|||\xd0\xcf"));
}

TEST_F(RtfPlugin, FlagsATemplateFromElsewhere) {
  const std::string token = std::to_string(POSTERN_CAT_MACRO) + " rtf-remote-template";
  EXPECT_THAT(tokens(decodes("{\\rtf1{\\*\\template http://example.org/a.dotm}}")), ElementsAre(token));
  EXPECT_THAT(tokens(decodes("{\\rtf1{\\*\\template h\\'74tp://example.org/a.dotm}}")), ElementsAre(token));
  EXPECT_THAT(tokens(decodes("{\\rtf1{\\*\\template \\u104?ttp://example.org/}}")), ElementsAre(token));
  EXPECT_THAT(tokens(decodes("{\\rtf1{\\*\\template \\\\\\\\host\\\\share\\\\a.dotm}}")), ElementsAre(token));
  EXPECT_THAT(tokens(decodes("{\\rtf1{\\*\\template C:\\\\Templates\\\\Normal.dotm}}")), IsEmpty());
}

TEST_F(RtfPlugin, FlagsAFieldThatStartsAProgram) {
  const std::string token = std::to_string(POSTERN_CAT_MACRO) + " rtf-dde-field";
  EXPECT_THAT(tokens(decodes("{\\rtf1{\\field{\\*\\fldinst{\\b  DDE}{\\i AUTO c:\\\\\\\\cmd.exe}}{\\fldrslt x}}}")),
              ElementsAre(token));
  EXPECT_THAT(tokens(decodes("{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"http://dde.example.org\"}{\\fldrslt x}}}")),
              IsEmpty());
}

TEST_F(RtfPlugin, Decompresses) {
  const std::string rtf = "{\\rtf1\\ansi\\fonttbl " + std::string(9000, 'x') + "}";
  EXPECT_THAT(decodes(compressed_rtf(rtf), "application/x-compressed-rtf").findings, IsEmpty());
  EXPECT_THAT(children_, ElementsAre("|text/rtf||" + rtf));
  Host stored;
  const Result result = decode(stored, stored_rtf(rtf), "application/x-compressed-rtf");
  ASSERT_EQ(result.children.size(), 1u);
  EXPECT_EQ(stored.node(result.children[0]).bytes(), rtf);
}

// The example of MS-OXRTFCP 4.1.1.
TEST_F(RtfPlugin, DecompressesTheExampleOfTheSpecification) {
  const std::string compressed =
      "\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125B2\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0"s;
  EXPECT_THAT(decodes(compressed, "application/x-compressed-rtf").findings, IsEmpty());
  EXPECT_THAT(children_, ElementsAre("|text/rtf||{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"));
}

TEST_F(RtfPlugin, KeepsWhatStandsBeforeDamage) {
  std::string compressed = compressed_rtf("{\\rtf1 hello world}");
  std::string wrong = compressed;
  wrong[12] = static_cast<char>(~wrong[12]);
  EXPECT_THAT(tokens(decodes(wrong, "application/x-compressed-rtf")),
              ElementsAre(std::to_string(POSTERN_CAT_MALFORMED) + " rtf-checksum"));
  Host cut;
  const Result result = decode(cut, compressed.substr(0, compressed.size() - 3), "application/x-compressed-rtf");
  ASSERT_EQ(result.children.size(), 1u);
  EXPECT_EQ(cut.node(result.children[0]).flags(), uint32_t{POSTERN_PART_TRUNCATED});
  EXPECT_TRUE(cut.node(result.children[0]).bytes().starts_with("{\\rtf1 hello"));
}

TEST_F(RtfPlugin, ReadsAMillionGroups) {
  const std::string many(1 << 20, '{');
  EXPECT_EQ(decodes("{\\rtf1" + many).rc, POSTERN_OK);
  Host objects;
  std::string text = "{\\rtf1";
  for (int n = 0; n < 20000; ++n) text += "{\\*\\objdata 41";
  const Result result = decode(objects, text);
  EXPECT_EQ(result.rc, POSTERN_PARTIAL);
  EXPECT_TRUE(result.find("rtf-nested-data"));
  EXPECT_LE(result.children.size(), 16u);
}

TEST_F(RtfPlugin, BidsByContent) {
  Host host;
  Node rtf = host.part("{\\rt anything").type("text/plain");
  Node claim = rtf.child("no RTF at all").type("text/rtf");
  Plugin plugin(host, postern_plugin_entry(POSTERN_ABI, 0));
  EXPECT_GT(plugin.probe(rtf), 0);
  EXPECT_EQ(plugin.probe(claim), 0);
  EXPECT_EQ(plugin.run(claim).rc, POSTERN_E_UNSUPPORTED);
}

}  // namespace
}  // namespace postern::testing
