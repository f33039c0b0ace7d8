// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <postern/testing.hpp>

#include "content_lines.h"
#include "extract.h"

namespace calendar_plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace postern::testing;

struct Decoder {
  explicit Decoder(const postern::Config&) {}
  void decode(postern::Job& job, const postern::Part& part) { extract(job, part); }
};

struct Extracted {
  explicit Extracted(const std::string& text) {
    host.part(text).type("text/calendar");
    result = host.run<Decoder>();
  }
  std::vector<std::string> contents() {
    std::vector<std::string> all;
    for (const postern_part part : result.children) all.emplace_back(host.node(part).bytes());
    return all;
  }
  Host host;
  Result result;
};

std::string event(const std::string& lines) {
  return "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Meeting\r\n" + lines + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
}

TEST(ContentLines, HaveNameParametersAndValue) {
  ContentLines lines("item1.attach;FMTTYPE=\"a:b;c\";x=y:the value: all of it\r\n");
  ContentLine line;
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line.name, "ATTACH");
  EXPECT_EQ(line.parameter("FMTTYPE"), "a:b;c");
  EXPECT_EQ(line.parameter("X"), "y");
  EXPECT_EQ(line.parameter("Z"), "");
  EXPECT_EQ(line.value, "the value: all of it");
  EXPECT_FALSE(lines.next(line));
}

TEST(ContentLines, FoldsAreUndoneWhereverTheyStand) {
  ContentLines lines("ATT\r\n ACH;A=\n\tB:one\r\n  two\r\nnothing\r\nNEXT:x");
  ContentLine line;
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line.name, "ATTACH");
  EXPECT_EQ(line.parameter("A"), "B");
  EXPECT_EQ(line.value, "one two");
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line.name, "NEXT");
}

TEST(ContentLines, AnUnclosedQuoteHidesNoValue) {
  ContentLines lines("ATTACH;X=\"a;ENCODING=BASE64:aGVsbG8=");
  ContentLine line;
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line.value, "aGVsbG8=");
}

TEST(Calendar, AnAttachmentBecomesAPartWithTypeAndNames) {
  Extracted e(
      event("ATTACH;FMTTYPE=Text/Plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.exe;X-LABEL=b.txt:aGVs\r\n bG8="));
  ASSERT_EQ(e.result.rc, POSTERN_OK) << e.result.reason;
  EXPECT_THAT(e.contents(), ElementsAre("hello"));
  const Node part = e.host.node(e.result.children[0]);
  EXPECT_EQ(part.type(), "text/plain");
  EXPECT_THAT(part.names(), ElementsAre("a.exe", "b.txt"));
}

TEST(Calendar, CardsOfEveryVersionAreRead) {
  EXPECT_THAT(
      Extracted("BEGIN:VCARD\r\nPHOTO;ENCODING=BASE64;TYPE=GIF:\r\n    aGVs\r\n    bG8=\r\n\r\nEND:VCARD").contents(),
      ElementsAre("hello"));
  EXPECT_THAT(Extracted("BEGIN:VCARD\r\nPHOTO;GIF;BASE64:\r\naGVs\r\nbG8=\r\n\r\nEND:VCARD").contents(),
              ElementsAre("hello"));
  EXPECT_THAT(Extracted("begin:vcard\nkey;encoding=b:aGVsbG8=\nend:vcard").contents(), ElementsAre("hello"));
  EXPECT_THAT(Extracted("BEGIN:VCARD\nPHOTO:data:image/gif;base64\\,aGVsbG8=\nEND:VCARD").contents(),
              ElementsAre("hello"));
  EXPECT_THAT(Extracted("BEGIN:VCARD\nPHOTO:data:text/plain,hel%6Co\nEND:VCARD").contents(), ElementsAre("hello"));
}

TEST(Calendar, AddressesAndTextAreNoFiles) {
  Extracted e(event("ATTACH:https://example.org/a.pdf\r\nDESCRIPTION:aGVsbG8= base64"));
  EXPECT_THAT(e.contents(), IsEmpty());
  EXPECT_EQ(e.result.rc, POSTERN_OK);
}

TEST(Calendar, OtherTextIsNotItsBusiness) {
  EXPECT_EQ(Extracted("hello: world\r\n").result.rc, POSTERN_E_UNSUPPORTED);
  EXPECT_EQ(Extracted("").result.rc, POSTERN_E_UNSUPPORTED);
}

TEST(Calendar, StopsAtTheHostsQuota) {
  Host host;
  host.part(event("ATTACH;ENCODING=BASE64:aGVsbG8=\r\nATTACH;ENCODING=BASE64:aGVsbG8=")).type("text/calendar");
  host.quota(1, 100);
  EXPECT_EQ(host.run<Decoder>().rc, POSTERN_E_QUOTA);
}

}  // namespace
}  // namespace calendar_plugin
