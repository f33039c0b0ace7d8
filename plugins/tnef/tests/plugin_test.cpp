// SPDX-License-Identifier: MIT
// The decoder behind its C interface, on streams that the test writes.
#include <gmock/gmock.h>
#include <postern/testing.hpp>

#include "support/office/tnef_writer.h"

namespace postern::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::string_literals;

class TnefPlugin : public ::testing::Test {
 protected:
  Result decodes(const std::string& stream) {
    host_.part(stream).type("application/ms-tnef").detected("application/vnd.ms-tnef");
    Plugin plugin(host_, postern_plugin_entry(POSTERN_ABI, 0));
    return plugin.run();
  }
  // "role type names [bytes] flags" of each child
  std::vector<std::string> tree(const Result& result) {
    std::vector<std::string> lines;
    for (const postern_part child : result.children) {
      const Node node = host_.node(child);
      std::string line = node.role() + "|" + node.type() + "|";
      for (const std::string& name : node.names()) line += name + ",";
      line += "|" + std::string(node.bytes());
      if (node.flags() != 0) line += "|" + std::to_string(node.flags());
      lines.push_back(line);
    }
    return lines;
  }
  static std::vector<std::string> tokens(const Result& result) {
    std::vector<std::string> all;
    for (const Finding& f : result.findings) all.push_back(f.name);
    return all;
  }

  Host host_;
};

TEST_F(TnefPlugin, GivesAnAttachmentAllItsNames) {
  const Result result = decodes(TnefWriter()
                                    .message_class("IPM.Microsoft Mail.Note")
                                    .rendering()
                                    .data("the bytes")
                                    .title("SHORT~1.TXT")
                                    .transport_name("transport.txt")
                                    .properties(MapiProperties()
                                                    .number(0x0E20, 9)
                                                    .named("a name", 1)
                                                    .string8(0x3704, "eight.txt")
                                                    .unicode(0x3707, "a long name.exe")
                                                    .string8(0x370E, "Text/Plain"))
                                    .bytes());
  EXPECT_EQ(result.rc, POSTERN_OK);
  EXPECT_THAT(tree(result), ElementsAre("|text/plain|a long name.exe,SHORT~1.TXT,transport.txt,eight.txt,|the bytes"));
  EXPECT_THAT(result.findings, IsEmpty());
}

TEST_F(TnefPlugin, KeepsAttachmentsApart) {
  const Result result = decodes(TnefWriter().rendering().title("a").data("A").rendering().title("b").data("B").bytes());
  EXPECT_THAT(tree(result), ElementsAre("||a,|A", "||b,|B"));
}

TEST_F(TnefPlugin, ReadsDataThatStandsBeforeItsName) {
  const Result result = decodes(TnefWriter().data("A").title("a").data("B").title("b").bytes());
  EXPECT_THAT(tree(result), ElementsAre("||a,|A", "||b,|B"));
}

TEST_F(TnefPlugin, ReadsAttachmentsThatNothingBegins) {
  const Result result = decodes(TnefWriter().title("a").data("A").title("b").data("B").bytes());
  EXPECT_THAT(tree(result), ElementsAre("||a,|A", "||b,|B"));
}

TEST_F(TnefPlugin, TakesDataFromProperties) {
  const Result result =
      decodes(TnefWriter().rendering().title("a").properties(MapiProperties().binary(0x3701, "in a property")).bytes());
  EXPECT_THAT(tree(result), ElementsAre("||a,|in a property"));
}

TEST_F(TnefPlugin, HandsOutBothOfTwoContents) {
  const Result result = decodes(
      TnefWriter().rendering().title("a").data("one").properties(MapiProperties().binary(0x3701, "two")).bytes());
  EXPECT_THAT(tree(result), ElementsAre("||a,|one", "||a,|two"));
}

TEST_F(TnefPlugin, HandsOutAMailInAMailAndAnOleFile) {
  const std::string inner = TnefWriter().rendering().title("in.exe").data("x").bytes();
  const Result result = decodes(TnefWriter()
                                    .rendering()
                                    .title("mail")
                                    .properties(MapiProperties().message(0x3701, inner))
                                    .rendering()
                                    .title("ole")
                                    .properties(MapiProperties().storage(0x3701, "file"))
                                    .bytes());
  EXPECT_THAT(tree(result), ElementsAre("|application/ms-tnef|mail,|" + inner, "||ole,|file"));
}

TEST_F(TnefPlugin, HandsOutTheBodies) {
  const Result result =
      decodes(TnefWriter()
                  .text("plain")
                  .message(MapiProperties().unicode(0x1000, "wide").binary(0x1013, "<p>").binary(0x1009, "compressed"))
                  .bytes());
  EXPECT_THAT(tree(result), ElementsAre("body|text/plain||plain\0"s, "body|text/plain||wide\0"s, "body|text/html||<p>",
                                        "body|application/x-compressed-rtf||compressed"));
}

TEST_F(TnefPlugin, ReadsOnBehindAWrongChecksum) {
  Lies lies;
  lies.checksum = 7;
  const Result result =
      decodes(TnefWriter().rendering().data("A", lies).title("a").rendering().data("B", lies).bytes());
  EXPECT_EQ(result.rc, POSTERN_OK);
  EXPECT_THAT(tree(result), ElementsAre("||a,|A", "|||B"));
  EXPECT_THAT(tokens(result), ElementsAre("tnef-checksum"));
}

TEST_F(TnefPlugin, TakesTheRestWhereALengthIsNegativeOrHuge) {
  for (const uint32_t length : {0x80000000u, 0xFFFFFFFFu, 0x7FFFFFFFu, 1000u}) {
    Lies lies;
    lies.length = length;
    Host host;
    host.part(TnefWriter().rendering().title("a").data("all of it", lies).bytes()).type("application/ms-tnef");
    const Result result = Plugin(host, postern_plugin_entry(POSTERN_ABI, 0)).run();
    ASSERT_EQ(result.children.size(), 1u);
    const Node child = host.node(result.children[0]);
    EXPECT_EQ(child.bytes().substr(0, 9), "all of it");
    EXPECT_EQ(child.name(), "a");
    EXPECT_EQ(child.flags(), uint32_t{POSTERN_PART_TRUNCATED});
    EXPECT_THAT(tokens(result), ElementsAre("tnef-truncated"));
  }
}

TEST_F(TnefPlugin, HandsOutWhatIsNoAttribute) {
  const Result result = decodes(TnefWriter().rendering().title("a").data("A").raw("\x07more of it").bytes());
  EXPECT_THAT(tree(result), ElementsAre("||a,|A", "gap|||\x07more of it"));
  EXPECT_THAT(tokens(result), ElementsAre("tnef-no-attribute"));
}

TEST_F(TnefPlugin, SaysNothingOfBlanksAtTheEnd) {
  const Result result = decodes(TnefWriter().rendering().title("a").data("A").raw("\r\n\0\0"s).bytes());
  EXPECT_THAT(tree(result), ElementsAre("||a,|A"));
  EXPECT_THAT(result.findings, IsEmpty());
}

TEST_F(TnefPlugin, TellsWhereAnAttachmentIsSaidToLie) {
  const Result result =
      decodes(TnefWriter().rendering().properties(MapiProperties().string8(0x370D, "\\\\host\\share\\x.exe")).bytes());
  EXPECT_THAT(tree(result), ElementsAre("|||"));
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_EQ(result.notes[0].name, "part.link");
  EXPECT_EQ(result.notes[0].value, "\\\\host\\share\\x.exe");
}

TEST_F(TnefPlugin, EndsAPropertyListWithImpossibleCounts) {
  const std::string endless = little(0xFFFFFFFF, 4) + little(0x1001, 2) + little(0x3001, 2) + little(0xFFFFFFFF, 4);
  const Result result =
      decodes(TnefWriter().rendering().title("a").attribute(2, 0x00069005, endless).data("A").bytes());
  EXPECT_THAT(tree(result), ElementsAre("||a,|A"));
  EXPECT_THAT(tokens(result), ElementsAre("tnef-truncated"));
}

TEST_F(TnefPlugin, BidsByMagicOnly) {
  Node right = host_.part(TnefWriter().bytes()).type("application/octet-stream");
  Node wrong = right.child("no TNEF").type("application/ms-tnef");
  Plugin plugin(host_, postern_plugin_entry(POSTERN_ABI, 0));
  EXPECT_GT(plugin.probe(right), 0);
  EXPECT_EQ(plugin.probe(wrong), 0);
  EXPECT_EQ(plugin.run(wrong).rc, POSTERN_E_UNSUPPORTED);
}

TEST_F(TnefPlugin, StopsAtTheQuota) {
  TnefWriter writer;
  for (int n = 0; n < 100; ++n) writer.rendering().data("x");
  host_.quota(10, 1000);
  EXPECT_EQ(decodes(writer.bytes()).rc, POSTERN_E_QUOTA);
}

TEST_F(TnefPlugin, ReadsEveryBeginningOfAStream) {
  const std::string whole = TnefWriter()
                                .text("body")
                                .rendering()
                                .data("data")
                                .title("name")
                                .properties(MapiProperties().named("n", 1).unicode(0x3707, "long").binary(0x3701, "x"))
                                .bytes();
  for (size_t n = 4; n <= whole.size(); ++n) {
    Host host;
    host.part(whole.substr(0, n)).type("application/ms-tnef");
    EXPECT_EQ(Plugin(host, postern_plugin_entry(POSTERN_ABI, 0)).run().rc, POSTERN_OK) << n;
  }
}

}  // namespace
}  // namespace postern::testing
