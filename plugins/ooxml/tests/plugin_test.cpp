// SPDX-License-Identifier: MIT
// The decoder behind its C interface.
#include <gmock/gmock.h>
#include <zlib.h>
#include <postern/testing.hpp>

#include "support/office/tnef_writer.h"
#include "xml.h"

namespace postern::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::string_literals;

std::vector<std::string> children;  // "name|bytes" of the last one decoded

// The tokens of what was found; "-" where it does not even bid.
std::vector<std::string> tokens(const std::string& xml) {
  Host host;
  Node part = host.part(xml).type("text/xml");
  Plugin plugin(host, postern_plugin_entry(POSTERN_ABI, 0));
  children.clear();
  if (plugin.probe(part) == 0) return {"-"};
  const Result result = plugin.run();
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
  for (const postern_part child : result.children)
    children.push_back(host.node(child).name() + "|" + std::string(host.node(child).bytes()));
  std::vector<std::string> all;
  for (const Finding& f : result.findings) all.push_back(f.name);
  return all;
}

std::string relationship(const std::string& type, const std::string& target, const std::string& mode = "External") {
  return "<?xml version=\"1.0\"?>\n<Relationships "
         "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
         "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" +
         type + "\" Target=\"" + target + "\" TargetMode=\"" + mode + "\"/></Relationships>";
}

TEST(OoxmlPlugin, FlagsTemplatesObjectsAndFramesFromElsewhere) {
  EXPECT_THAT(tokens(relationship("attachedTemplate", "http://example.org/a.dotm")),
              ElementsAre("ooxml-remote-template"));
  EXPECT_THAT(tokens(relationship("attachedTemplate", "file://///host/share/a.dotm")),
              ElementsAre("ooxml-remote-template"));
  EXPECT_THAT(tokens(relationship("attachedTemplate", "\\\\host\\share\\a.dotm")),
              ElementsAre("ooxml-remote-template"));
  EXPECT_THAT(tokens(relationship("oleObject", "mhtml:http://example.org/a!x-usc:b")),
              ElementsAre("ooxml-remote-object"));
  EXPECT_THAT(tokens(relationship("frame", "https://example.org/")), ElementsAre("ooxml-remote-frame"));
}

TEST(OoxmlPlugin, SaysNothingOfWhatOrdinaryDocumentsHave) {
  EXPECT_THAT(tokens(relationship("attachedTemplate", "file:///C:\\Users\\x\\Templates\\Normal.dotm")), IsEmpty());
  EXPECT_THAT(tokens(relationship("oleObject", "file:///C:/a.xlsx")), IsEmpty());
  EXPECT_THAT(tokens(relationship("hyperlink", "https://example.org/")), IsEmpty());
  EXPECT_THAT(tokens(relationship("image", "https://example.org/a.png")), IsEmpty());
  EXPECT_THAT(tokens(relationship("oleObject", "embeddings/oleObject1.bin", "Internal")), IsEmpty());
}

TEST(OoxmlPlugin, ReadsXmlAsItsReadersDo) {
  const std::string plain = relationship("attachedTemplate", "h&#116;tp&#x3A;//example.org/a.dotm");
  EXPECT_THAT(tokens(plain), ElementsAre("ooxml-remote-template"));
  EXPECT_THAT(tokens("\xff\xfe" + utf16(plain)), ElementsAre("ooxml-remote-template"));
  EXPECT_THAT(tokens("\xef\xbb\xbf" + plain), ElementsAre("ooxml-remote-template"));
  EXPECT_THAT(
      tokens("<!-- > --><p:Relationships xmlns:p='x'><p:Relationship TargetMode = 'External'\n Target\n=\n'http://a/>' "
             "Type='x/attachedTemplate'></p:Relationship>"),
      ElementsAre("ooxml-remote-template"));
}

TEST(OoxmlPlugin, FlagsMacrosThatAreDeclared) {
  EXPECT_THAT(
      tokens("<Relationships><Relationship Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\" "
             "Target=\"vbaProject.bin\"/></Relationships>"),
      ElementsAre("ooxml-vba-macro"));
  EXPECT_THAT(
      tokens("<Types><Default Extension=\"bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/></Types>"),
      ElementsAre("ooxml-vba-macro"));
  EXPECT_THAT(tokens("<Types><Override ContentType=\"application/vnd.ms-excel.macrosheet+xml\"/></Types>"),
              ElementsAre("ooxml-xlm-macro"));
  EXPECT_THAT(tokens("<xm:macrosheet xmlns:xm=\"http://schemas.microsoft.com/office/excel/2006/main\"/>"),
              ElementsAre("ooxml-xlm-macro"));
  EXPECT_THAT(tokens("<Types><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"), IsEmpty());
}

TEST(OoxmlPlugin, FlagsFieldsThatStartPrograms) {
  const auto field = [](const std::string& runs) {
    return "<w:document><w:fldChar w:fldCharType=\"begin\"/>" + runs +
           "<w:fldChar w:fldCharType=\"separate\"/></w:document>";
  };
  EXPECT_THAT(tokens(field(
                  "<w:instrText> DDE</w:instrText><w:r/><w:instrText xml:space=\"preserve\">AUTO c:\\x</w:instrText>")),
              ElementsAre("ooxml-dde-field"));
  EXPECT_THAT(tokens("<w:ftr><w:fldSimple w:instr=\" DDEAUTO c:\\x \"/></w:ftr>"), ElementsAre("ooxml-dde-field"));
  EXPECT_THAT(tokens(field("<w:instrText>HYPERLINK \"dde\"</w:instrText>")), IsEmpty());
  EXPECT_THAT(tokens("<w:document><w:t>DDEAUTO is what we write about</w:t></w:document>"), IsEmpty());
  EXPECT_THAT(tokens("<externalLink><ddeLink ddeService=\"cmd\" ddeTopic=\"/c calc\"/></externalLink>"),
              ElementsAre("ooxml-dde-link"));
}

TEST(OoxmlPlugin, FlagsOpenDocuments) {
  EXPECT_THAT(tokens("<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></"
                     "manifest:manifest>"),
              ElementsAre("odf-encrypted"));
  EXPECT_THAT(
      tokens(
          "<?xml version=\"1.0\"?><!DOCTYPE script:module PUBLIC \"x\" \"module.dtd\"><script:module script:name=\"M\" "
          "script:language=\"StarBasic\">Sub Main</script:module>"),
      ElementsAre("odf-macro"));
  EXPECT_THAT(tokens("<manifest:manifest><manifest:file-entry/></manifest:manifest>"), IsEmpty());
}

TEST(OoxmlPlugin, TakesBinaryPartsOutOfADocumentInOneFile) {
  EXPECT_THAT(tokens("<pkg:package><pkg:part "
                     "pkg:name=\"/word/a.bin\"><pkg:binaryData>QUJD\r\nREVG</pkg:binaryData></pkg:part></pkg:package>"),
              IsEmpty());
  EXPECT_THAT(children, ElementsAre("/word/a.bin|ABCDEF"));
  EXPECT_THAT(tokens("<w:wordDocument w:macrosPresent=\"yes\"><w:binData "
                     "w:name=\"editdata.mso\">QUJD</w:binData></w:wordDocument>"),
              ElementsAre("ooxml-vba-macro"));
  EXPECT_THAT(children, ElementsAre("editdata.mso|ABC"));
}

TEST(OoxmlPlugin, UnpacksActiveMime) {
  const std::string content = "the project";
  std::string packed(1000, '\0');
  uLongf size = packed.size();
  ASSERT_EQ(::compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(content.data()),
                       content.size()),
            Z_OK);
  packed.resize(size);
  EXPECT_THAT(tokens("ActiveMime" + std::string(40, '\0') + packed), IsEmpty());
  EXPECT_THAT(children, ElementsAre("|the project"));
  Host host;
  host.part("ActiveMime and nothing else").type("application/x-mso");
  EXPECT_EQ(Plugin(host, postern_plugin_entry(POSTERN_ABI, 0)).run().rc, POSTERN_E_BROKEN);
}

TEST(OoxmlPlugin, LeavesOtherXmlAlone) {
  EXPECT_THAT(tokens("<worksheet><c/></worksheet>"), ElementsAre("-"));
  EXPECT_THAT(tokens("plain text"), ElementsAre("-"));
  EXPECT_THAT(tokens(""), ElementsAre("-"));
}

TEST(Xml, EndsForEveryBeginning) {
  const std::string whole = "<?xml version='1.0'?><!-- c --><a:b c='&#65;&amp;' d=\"e>f\"><![CDATA[<x>]]>t</a:b>";
  for (size_t n = 0; n <= whole.size(); ++n) {
    ooxml::Xml xml(std::string_view(whole).substr(0, n));
    for (ooxml::Token token; xml.next(token);) ooxml::attribute(token, "c");
  }
}

}  // namespace
}  // namespace postern::testing
