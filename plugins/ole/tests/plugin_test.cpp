// SPDX-License-Identifier: MIT
// The decoder behind its C interface, on files that the test writes.
#include <gmock/gmock.h>
#include <postern/testing.hpp>

#include "support/office/crypt_samples.h"
#include "support/office/ole_samples.h"
#include "support/office/tnef_writer.h"
#include "support/office/xor_samples.h"

namespace postern::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using namespace std::string_literals;

class OlePlugin : public ::testing::Test {
 protected:
  Result decodes(const std::string& bytes, const std::string& type = "application/x-ole-storage") {
    host_.part(bytes).type(type).name("document");
    return Plugin(host_, postern_plugin_entry(POSTERN_ABI, 0)).run();
  }
  // "role|type|names|bytes" of each child
  std::vector<std::string> tree(const Result& result) {
    std::vector<std::string> lines;
    for (const postern_part child : result.children) {
      const Node node = host_.node(child);
      std::string names;
      for (const std::string& name : node.names()) names += (names.empty() ? "" : ",") + name;
      lines.push_back(node.role() + "|" + node.type() + "|" + names + "|" + std::string(node.bytes()));
    }
    return lines;
  }
  static std::vector<std::string> tokens(const Result& result) {
    std::vector<std::string> all;
    for (const Finding& f : result.findings) all.push_back(std::to_string(f.category) + " " + f.name);
    return all;
  }

  Host host_;
};

const std::string macro_token = std::to_string(POSTERN_CAT_MACRO) + " ole-vba-macro";
const std::string encrypted_token = std::to_string(POSTERN_CAT_ENCRYPTED) + " ole-encrypted";
const std::string opened_token = std::to_string(POSTERN_CAT_INFO) + " ole-default-password";

TEST_F(OlePlugin, MakesChildrenOfStreamsByTheirPath) {
  const Result result = decodes(CfbWriter()
                                    .stream("WordDocument", word_document("text"))
                                    .stream("ObjectPool/_1/CONTENTS", "%PDF")
                                    .stream("\1CompObj", "housekeeping")
                                    .bytes());
  EXPECT_EQ(result.rc, POSTERN_OK);
  EXPECT_THAT(tree(result), ElementsAre("||WordDocument|" + word_document("text"), "||ObjectPool/_1/CONTENTS|%PDF"));
  EXPECT_THAT(result.findings, IsEmpty());
}

TEST_F(OlePlugin, TakesAPackagedFileOutWithItsNames) {
  const Result result =
      decodes(CfbWriter().scattered().stream("_1/\1Ole10Native", ole10_native("evil.exe", "content")).bytes());
  EXPECT_THAT(tree(result), ElementsAre("||evil.exe,C:\\Users\\x\\evil.exe,C:\\Temp\\evil.exe|content"));
}

TEST_F(OlePlugin, ShowsMacrosInClear) {
  CfbWriter file;
  file.stream("WordDocument", word_document("text"));
  add_project(file, "Macros/", {{"Module1", "Sub AutoOpen()\r\n"}, {"ThisDocument", "'nothing"}});
  const Result result = decodes(file.bytes());
  EXPECT_THAT(tokens(result), ElementsAre(macro_token));
  EXPECT_THAT(tree(result),
              ::testing::IsSupersetOf(
                  {"|text/plain|Macros/VBA/Module1.bas|Attribute VB_Name = \"Module1\"\r\nSub AutoOpen()\r\n",
                   "|text/plain|Macros/VBA/ThisDocument.bas|Attribute VB_Name = \"ThisDocument\"\r\n'nothing"}));
}

TEST_F(OlePlugin, FindsMacrosThatNobodyLists) {
  CfbWriter file;
  add_project(file, "", {{"Module1", "Sub AutoOpen()\r\n"}}, false);
  const Result result = decodes(file.bytes());
  EXPECT_THAT(tokens(result), ElementsAre(macro_token));
  EXPECT_THAT(tree(result),
              ::testing::Contains("|text/plain|VBA/Module1.bas|Attribute VB_Name = \"Module1\"\r\nSub AutoOpen()\r\n"));
}

TEST_F(OlePlugin, FlagsASheetOfOldMacros) {
  EXPECT_THAT(tokens(decodes(CfbWriter().stream("Workbook", workbook({{"a"}, {"m", true}})).bytes())),
              ElementsAre(std::to_string(POSTERN_CAT_MACRO) + " ole-xlm-macro"));
}

TEST_F(OlePlugin, FlagsAFieldThatStartsAProgram) {
  const std::string token = std::to_string(POSTERN_CAT_MACRO) + " ole-dde-field";
  EXPECT_THAT(
      tokens(decodes(CfbWriter().stream("WordDocument", word_document("\x13 DDEAUTO c:\\cmd.exe \x15")).bytes())),
      ElementsAre(token));
  Host other;
  other.part(CfbWriter().stream("WordDocument", word_document("\x13 HYPERLINK dde \x15")).bytes())
      .type("application/msword");
  EXPECT_THAT(Plugin(other, postern_plugin_entry(POSTERN_ABI, 0)).run().findings, IsEmpty());
}

TEST_F(OlePlugin, FlagsALinkToElsewhere) {
  EXPECT_THAT(
      tokens(decodes(
          CfbWriter().stream("\1Ole", std::string(20, '\1') + utf16("http://example.org/x.hta") + "\0\0"s).bytes())),
      ElementsAre(std::to_string(POSTERN_CAT_MACRO) + " ole-remote-link"));
  Host other;
  other.part(CfbWriter().stream("\1Ole", std::string(20, '\1')).bytes()).type("application/x-ole-storage");
  EXPECT_THAT(Plugin(other, postern_plugin_entry(POSTERN_ABI, 0)).run().findings, IsEmpty());
}

TEST_F(OlePlugin, OpensAWorkbookWithTheDefaultPassword) {
  const std::string clear = workbook({{"m", true}}, "the payload");
  const Result result =
      decodes(CfbWriter().stream("Workbook", encrypted_workbook_rc4(clear, default_password)).bytes());
  ASSERT_EQ(result.children.size(), 2u);
  const Node opened = host_.node(result.children[1]);
  EXPECT_EQ(opened.role(), "reading");
  EXPECT_NE(opened.bytes().find("the payload"), std::string_view::npos);
  EXPECT_THAT(tokens(result), UnorderedElementsAre(opened_token, std::to_string(POSTERN_CAT_MACRO) + " ole-xlm-macro"));
}

TEST_F(OlePlugin, OpensAWorkbookObfuscatedByXor) {
  const std::string clear = workbook({{"m", true}}, "the payload");
  const Result result = decodes(CfbWriter().stream("Workbook", xor_workbook(clear, default_password)).bytes());
  ASSERT_EQ(result.children.size(), 2u);
  const Node opened = host_.node(result.children[1]);
  EXPECT_EQ(opened.role(), "reading");
  EXPECT_NE(opened.bytes().find("the payload"), std::string_view::npos);
  EXPECT_THAT(tokens(result), UnorderedElementsAre(opened_token, std::to_string(POSTERN_CAT_MACRO) + " ole-xlm-macro"));
}

TEST_F(OlePlugin, SaysBothOfAPasswordThatFitsByHalf) {
  const std::string book = xor_workbook(workbook({{"a"}}), default_password, ExcelAge::of_97, {0x1234});
  EXPECT_THAT(tokens(decodes(CfbWriter().stream("Workbook", book).bytes())),
              UnorderedElementsAre(opened_token, encrypted_token));
}

TEST_F(OlePlugin, OpensADocumentWithTheDefaultPassword) {
  const std::string content = "PK\3\4" + std::string(9000, 'z');
  for (const std::string& file :
       {agile_document(content, default_password, 1000), standard_document(content, default_password)}) {
    Host host;
    host.part(file).type("application/x-ole-storage").name("a.xlsx");
    const Result result = Plugin(host, postern_plugin_entry(POSTERN_ABI, 0)).run();
    EXPECT_THAT(tokens(result), ElementsAre(opened_token));
    ASSERT_FALSE(result.children.empty());
    EXPECT_EQ(host.node(result.children[0]).bytes(), content);
    EXPECT_EQ(host.node(result.children[0]).name(), "a.xlsx");
  }
}

TEST_F(OlePlugin, SaysWhatNeedsAPassword) {
  const std::string book = workbook({{"a"}});
  const std::vector<std::string> files = {
      agile_document("PK", "other", 1000),
      standard_document("PK", "other"),
      CfbWriter().stream("Workbook", encrypted_workbook_rc4(book, "other")).bytes(),
      CfbWriter().stream("Workbook", xor_workbook(book, "other")).bytes(),
      CfbWriter().stream("Book", xor_workbook(book, "other", ExcelAge::of_95)).bytes(),
      CfbWriter().stream("WordDocument", word_document("text", true)).bytes(),
      CfbWriter().stream("Current User", std::string(12, '\0') + little(0xF3D1C4DF, 4)).bytes(),
      CfbWriter().stream("EncryptedSummary", "x").bytes(),
      CfbWriter().stream("\tDRMContent", "x").bytes()};
  for (const std::string& file : files) {
    Host host;
    host.part(file).type("application/x-ole-storage");
    EXPECT_THAT(tokens(Plugin(host, postern_plugin_entry(POSTERN_ABI, 0)).run()), ElementsAre(encrypted_token));
  }
}

TEST_F(OlePlugin, TakesTheObjectsOfAPresentationOut) {
  const Result result = decodes(CfbWriter().stream("PowerPoint Document", presentation("the object", true)).bytes());
  ASSERT_EQ(result.children.size(), 2u);
  EXPECT_EQ(host_.node(result.children[1]).bytes(), "the object");
}

TEST_F(OlePlugin, OpensAnOutlookMessage) {
  CfbWriter file;
  add_message(file, "", "the text");
  add_attachment(file, "", 0, {"a long name.exe", "ALONG~1.EXE", "application/x-thing", "content"});
  const std::string frame = add_attachment(file, "", 1, {"inner.msg", "", "", ""}) + "/__substg1.0_3701000D/";
  add_message(file, frame, "inner text");
  add_attachment(file, frame, 0, {"inner.exe", "", "", "inner content"});
  const Result result = decodes(file.bytes());
  EXPECT_EQ(result.rc, POSTERN_OK);
  EXPECT_THAT(tree(result),
              ElementsAre("body|text/plain||the text", "|application/x-thing|a long name.exe,ALONG~1.EXE|content",
                          "|application/vnd.ms-outlook|inner.msg|", "body|text/plain||inner text",
                          "||inner.exe|inner content"));
  EXPECT_THAT(host_.node(result.children[2]).children(), ::testing::SizeIs(2));
  EXPECT_THAT(result.findings, IsEmpty());
}

TEST_F(OlePlugin, OpensAnObjectOfRtf) {
  EXPECT_THAT(tree(decodes(old_object("Package", package("a.exe", "A")), "application/x-oleobject")),
              ElementsAre("||a.exe,C:\\Users\\x\\a.exe,C:\\Temp\\a.exe|A"));
  Host other;
  other.part(old_object("Word.Document.8", "a document")).type("application/x-oleobject");
  const Result result = Plugin(other, postern_plugin_entry(POSTERN_ABI, 0)).run();
  ASSERT_EQ(result.children.size(), 1u);
  EXPECT_EQ(other.node(result.children[0]).bytes(), "a document");
}

TEST_F(OlePlugin, ReadsTheNamesInAnInstaller) {
  // "Binary.a" as Windows Installer packs it, two characters in one.
  static constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
  std::string packed;
  const std::string name = "Binary.a";
  for (size_t n = 0; n < name.size(); n += 2)
    packed += little(0x3800 + alphabet.find(name[n]) + 64 * alphabet.find(name[n + 1]), 2);
  const std::string bytes = CfbWriter()
                                .class_id("\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"s)
                                .stream("x", "MZ")
                                .forge("x",
                                       [&](std::string& entry) {
                                         entry.replace(0, packed.size(), packed);
                                         entry.replace(64, 2, little(packed.size() + 2, 2));
                                       })
                                .bytes();
  EXPECT_THAT(tree(decodes(bytes)), ElementsAre("||Binary.a|MZ"));
}

TEST_F(OlePlugin, TellsThatStreamsClaimMoreThanThereIs) {
  CfbWriter file;
  file.stream("first", std::string(200000, 'x'));
  for (int n = 0; n < 200; ++n)
    file.stream("s" + std::to_string(n), "x").forge("s" + std::to_string(n), [](std::string& entry) {
      entry.replace(116, 8, little(0, 4) + little(200000, 4));
    });
  const Result result = decodes(file.bytes());
  EXPECT_EQ(result.rc, POSTERN_PARTIAL);
  EXPECT_TRUE(result.find("ole-overlap"));
}

TEST_F(OlePlugin, BidsByContent) {
  Node file = host_.part(CfbWriter().stream("a", "A").bytes()).type("application/octet-stream");
  Node text = file.child("{\\rtf1 this is not what it says}").type("application/msword");
  Node claim = file.child("not an object").type("application/x-oleobject");
  Plugin plugin(host_, postern_plugin_entry(POSTERN_ABI, 0));
  EXPECT_GT(plugin.probe(file), 0);
  EXPECT_EQ(plugin.probe(text), 0);
  EXPECT_EQ(plugin.probe(claim), 0);
  EXPECT_EQ(plugin.run(text).rc, POSTERN_E_UNSUPPORTED);
}

TEST_F(OlePlugin, StopsAtTheQuotaAndInTime) {
  CfbWriter file;
  for (int n = 0; n < 50; ++n) file.stream("s" + std::to_string(n), "bytes");
  host_.quota(10, 1000000);
  EXPECT_EQ(decodes(file.bytes()).rc, POSTERN_E_QUOTA);
  Host late;
  late.timeout(std::chrono::milliseconds(0)).part(file.bytes()).type("application/x-ole-storage");
  EXPECT_EQ(Plugin(late, postern_plugin_entry(POSTERN_ABI, 0)).run().rc, POSTERN_E_TIMEOUT);
}

}  // namespace
}  // namespace postern::testing
