// SPDX-License-Identifier: MIT
#include "extract.h"

#include <gmock/gmock.h>
#include <postern/testing.hpp>

#include "document.h"
#include "support/documents.h"

namespace pdf_plugin {
namespace {

using postern::testing::Host;
using postern::testing::Node;
using postern::testing::Plugin;
using postern::testing::Result;
using namespace postern::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Decoder {
  explicit Decoder(const postern::Config&) {}
  int probe(postern::Job&, const postern::Part& part) { return pdf_plugin::probe(part); }
  void decode(postern::Job& job, const postern::Part& part) { extract(job, part, 3); }
};

PdfObjects pages_and(const std::string& of_catalog, const PdfObjects& more) {
  PdfObjects objects = pdf_pages(of_catalog);
  objects.insert(more.begin(), more.end());
  return objects;
}

// One file in a host: what came of it.
struct Extracted {
  explicit Extracted(const std::string& file, const std::string& type = "application/pdf") {
    host.part(file).type(type);
    result = host.run<Decoder>();
  }
  std::vector<std::string> contents() {
    std::vector<std::string> all;
    for (const postern_part part : result.children) all.emplace_back(host.node(part).bytes());
    return all;
  }
  std::vector<std::string> tokens() const {
    std::vector<std::string> all;
    for (const Finding& f : result.findings) all.push_back(f.name);
    return all;
  }
  Host host;
  Result result;
};

// qpdf's filter of runs writes byte by byte.
TEST(PdfDocument, PassesAStreamOnInBlocks) {
  std::string runs;
  for (int i = 0; i < 10000; ++i) runs += std::string("\x81\0", 2);  // 128 times NUL
  const std::string file =
      pdf(pages_and("", {{5, pdf_stream(runs + "\x80", "/Type /EmbeddedFile /Filter /RunLengthDecode")}}));
  Document document(file);
  ASSERT_EQ(document.inventory().attachments.size(), 1u);
  size_t size = 0, pieces = 0;
  EXPECT_EQ(document.read(document.inventory().attachments[0],
                          [&](std::string_view piece) {
                            size += piece.size();
                            ++pieces;
                          }),
            Reading::whole);
  EXPECT_EQ(size, 1280000u);
  EXPECT_LT(pieces, 30u);
}

TEST(PdfExtract, AnAttachmentBecomesAPartWithItsNamesAndType) {
  Extracted e(
      pdf(pages_and("/Names << /EmbeddedFiles << /Names [(key.exe) 4 0 R] >> >>",
                    {{4, "<< /Type /Filespec /F (a.exe) /UF <feff00e4002e0065> /Desc (Minutes) /EF << /F 5 0 R >> >>"},
                     {5, pdf_stream("hello", "/Subtype /Text#2FPlain")}})));
  ASSERT_EQ(e.result.rc, POSTERN_OK) << e.result.reason;
  EXPECT_THAT(e.contents(), ElementsAre("hello"));
  const Node part = e.host.node(e.result.children.at(0));
  EXPECT_THAT(part.names(), UnorderedElementsAre("ä.e", "a.exe", "Minutes", "key.exe"));
  EXPECT_EQ(part.type(), "text/plain");
  EXPECT_THAT(e.tokens(), IsEmpty());
}

TEST(PdfExtract, OneStreamOfSeveralNamesIsOnePart) {
  Extracted e(pdf(pages_and("/AF [4 0 R 6 0 R]", {{4, "<< /F (a) /EF << /F 5 0 R /UF 5 0 R >> >>"},
                                                  {5, pdf_stream("hello", "/Type /EmbeddedFile")},
                                                  {6, "<< /F (b) /EF << /F 5 0 R >> >>"}})));
  EXPECT_THAT(e.contents(), ElementsAre("hello"));
  EXPECT_THAT(e.host.node(e.result.children.at(0)).names(), ElementsAre("a", "b"));
}

TEST(PdfExtract, EveryRevisionGivesItsOwnAndNothingTwice) {
  const auto first = pdf(pages_and("/AF [4 0 R]", {{4, "<< /F (a) /EF << /F 5 0 R >> >>"}, {5, pdf_stream("old")}}));
  Extracted e(pdf_update(first, {{5, pdf_stream("new")}}));
  EXPECT_THAT(e.contents(), ElementsAre("new", "old"));
}

TEST(PdfExtract, MoreRevisionsThanItLooksAtAreALimit) {
  std::string file = pdf(pdf_pages());
  for (int i = 0; i < 5; ++i) file = pdf_update(file, {{9, "null"}});
  Extracted e(file);
  EXPECT_EQ(e.result.rc, POSTERN_PARTIAL);
  EXPECT_THAT(e.tokens(), ElementsAre("pdf-revisions"));
}

TEST(PdfExtract, ScriptsOfAFormAreOnePart) {
  Extracted e(pdf(pages_and("/OpenAction << /S /JavaScript /JS (one\\(\\)) >> /AA << /WC << /JS (two) >> >>",
                            {{4, "<< /S /JavaScript /JS (one\\(\\)) >>"}})));
  ASSERT_EQ(e.contents().size(), 1u);
  EXPECT_THAT(e.contents()[0], ::testing::AllOf(::testing::HasSubstr("one()\n"), ::testing::HasSubstr("two\n")));
  EXPECT_THAT(e.tokens(), ElementsAre("pdf-javascript"));
  EXPECT_EQ(e.result.findings[0].category, POSTERN_CAT_MACRO);
}

TEST(PdfExtract, LaunchSaysWhat) {
  Extracted e(pdf(pages_and("/OpenAction << /S /Launch /Win << /F (cmd.exe) /P (/c calc) >> >>", {})));
  ASSERT_NE(e.result.find("pdf-launch"), nullptr);
  EXPECT_EQ(e.result.find("pdf-launch")->text, "it starts a program: cmd.exe /c calc");
}

TEST(PdfExtract, AnOrdinaryLinkIsNoMark) {
  Extracted e(pdf(pages_and("", {{4, "<< /Subtype /Link /A << /S /URI /URI (http://example.org) >> >>"}})));
  EXPECT_THAT(e.tokens(), IsEmpty());
  EXPECT_EQ(e.result.rc, POSTERN_OK);
}

TEST(PdfExtract, OnlyTheUserPasswordLocks) {
  Extracted owner(pdf_owner_only("a.com", "hello"));
  EXPECT_THAT(owner.contents(), ElementsAre("hello"));
  EXPECT_EQ(owner.host.node(owner.result.children.at(0)).name(), "a.com");
  EXPECT_THAT(owner.tokens(), IsEmpty());
  Extracted user(pdf_user_password());
  EXPECT_THAT(user.contents(), IsEmpty());
  EXPECT_THAT(user.tokens(), ElementsAre("pdf-encrypted"));
}

TEST(PdfExtract, AnEncryptedAttachmentHasItsNameAndNoBytes) {
  Extracted e(pdf_encrypted_attachment("a.com"));
  ASSERT_EQ(e.result.children.size(), 1u);
  const Node part = e.host.node(e.result.children[0]);
  EXPECT_EQ(part.name(), "a.com");
  EXPECT_EQ(part.bytes(), "");
  EXPECT_TRUE(part.flags() & POSTERN_PART_ENCRYPTED);
  EXPECT_THAT(e.tokens(), ElementsAre("pdf-attachment-encrypted"));
}

TEST(PdfExtract, WhatIsRepairedIsSaid) {
  PdfWriting how;
  how.right_xref = false;
  Extracted e(pdf(pages_and("", {{5, pdf_stream("hello", "/Type /EmbeddedFile")}}), how));
  EXPECT_THAT(e.contents(), ElementsAre("hello"));
  EXPECT_THAT(e.tokens(), ElementsAre("pdf-damaged"));
}

TEST(PdfExtract, ADamagedStreamKeepsItsBeginning) {
  std::string noise;
  for (uint32_t i = 0, x = 1; i < 200'000; ++i, x = x * 1664525 + 1013904223) noise += static_cast<char>(x >> 24);
  std::string packed = zlib(noise);
  packed.replace(packed.size() / 2, std::string::npos, 100'000, '\xff');
  Extracted e(pdf(pages_and("", {{5, pdf_stream(packed, "/Type /EmbeddedFile /Filter /FlateDecode")}})));
  ASSERT_EQ(e.result.children.size(), 1u);
  EXPECT_TRUE(e.host.node(e.result.children[0]).flags() & POSTERN_PART_TRUNCATED);
  EXPECT_GT(e.host.node(e.result.children[0]).bytes().size(), 50'000u);
  EXPECT_THAT(e.tokens(), ElementsAre("pdf-stream-damaged"));
}

TEST(PdfExtract, AnUnknownFilterIsNotExamined) {
  Extracted e(pdf(pages_and("", {{5, pdf_stream("hello", "/Type /EmbeddedFile /Filter /Secret")}})));
  EXPECT_THAT(e.contents(), ElementsAre("hello"));
  EXPECT_EQ(e.result.rc, POSTERN_PARTIAL);
}

TEST(PdfExtract, RubbishIsBrokenAndAForeignFileNobodysBusiness) {
  Extracted rubbish("%PDF-1.7 and nothing else");
  EXPECT_EQ(rubbish.result.rc, POSTERN_E_BROKEN);
  EXPECT_THAT(rubbish.tokens(), ElementsAre("pdf-damaged"));
  Extracted foreign("It says %PDF-1.7 there", "text/plain");
  EXPECT_EQ(foreign.result.rc, POSTERN_E_UNSUPPORTED);
  EXPECT_THAT(foreign.tokens(), IsEmpty());
}

TEST(PdfExtract, TheHostsQuotaEndsABomb) {
  Host host;
  host.part(pdf(pages_and("", {{5, pdf_flate(std::string(5'000'000, '\0'), 2)}}))).type("application/pdf");
  host.quota(10, 100'000);
  EXPECT_EQ(host.run<Decoder>().rc, POSTERN_E_QUOTA);
}

TEST(PdfExtract, BidsByTheHeaderAlone) {
  Host host;
  const Node mail = host.part("Subject: x\r\n\r\n%PDF-1.4").type("message/rfc822");
  Node page = host.part("<html>%PDF-1.4").type("text/html"), far = host.part(std::string(2000, ' ') + "%PDF-1.4");
  Plugin decoder = Plugin::of<Decoder>(host);
  EXPECT_EQ(decoder.probe(mail), 0);
  EXPECT_GT(decoder.probe(page), 0);
  EXPECT_EQ(decoder.probe(far), 0);
}

TEST(PdfDocument, AnExceptionOfTheWriterComesOutAgain) {
  const std::string file = pdf_with_attachment("a", "hello");
  Document document(file);
  ASSERT_EQ(document.inventory().attachments.size(), 1u);
  EXPECT_THROW(document.read(document.inventory().attachments[0], [](std::string_view) { throw 42; }), int);
}

}  // namespace
}  // namespace pdf_plugin
