// SPDX-License-Identifier: MIT
#include "extract.h"

#include <gmock/gmock.h>
#include <postern/testing.hpp>

#include "support/documents.h"

namespace html_plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace postern::testing;

struct Decoder {
  explicit Decoder(const postern::Config&) {}
  int probe(postern::Job&, const postern::Part& part) { return html_plugin::probe(part); }
  void decode(postern::Job& job, const postern::Part& part) { extract(job, part); }
};

struct Extracted {
  explicit Extracted(const std::string& page, const std::string& type = "text/html") {
    host.part(page).type(type);
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

TEST(HtmlExtract, AUriBecomesAPartOfItsDeclaredType) {
  Extracted e("<img src='data:image/gif;base64,R0lGODlh'>");
  ASSERT_EQ(e.result.rc, POSTERN_OK);
  EXPECT_THAT(e.contents(), ElementsAre("GIF89a"));
  EXPECT_EQ(e.host.node(e.result.children[0]).type(), "image/gif");
  EXPECT_EQ(e.host.node(e.result.children[0]).encoding(), "base64");
  EXPECT_THAT(e.tokens(), IsEmpty());
}

TEST(HtmlExtract, AnAddressInEntitiesIsReadOnceTheyAreInPlace) {
  Extracted e(
      "<!DOCTYPE svg [<!ENTITY a 'data:image/gif;base6'><!ENTITY b '4,R0lGODlh'>]><svg><image href='&a;&b;'/></svg>",
      "image/svg+xml");
  ASSERT_EQ(e.result.rc, POSTERN_OK);
  EXPECT_THAT(e.contents(), ElementsAre("GIF89a"));
  // Drawing programs declare entities: what does not need them is there once.
  Extracted once("<!DOCTYPE svg [<!ENTITY a 'x'>]><svg id='&a;'><image href='data:image/gif;base64,R0lGODlh'/></svg>",
                 "image/svg+xml");
  EXPECT_THAT(once.contents(), ElementsAre("GIF89a"));
  EXPECT_THAT(once.tokens(), IsEmpty());
}

TEST(HtmlExtract, EntitiesWithoutEndAreALimit) {
  std::string page = "<!DOCTYPE svg [<!ENTITY e0 'ha'>";
  for (int n = 1; n < 12; ++n) {
    page += "<!ENTITY e" + std::to_string(n) + " '";
    for (int i = 0; i < 10; ++i) page += "&e" + std::to_string(n - 1) + ";";
    page += "'>";
  }
  Extracted e(page + "]><svg>&e11;</svg>", "image/svg+xml");
  EXPECT_EQ(e.result.rc, POSTERN_PARTIAL);
  EXPECT_THAT(e.tokens(), ElementsAre("html-entities"));
}

TEST(HtmlExtract, WidePagesAreRead) {
  EXPECT_THAT(Extracted(utf16("<img src='data:text/plain,hello'>")).contents(), ElementsAre("hello"));
  EXPECT_THAT(Extracted("+ADw-img src=data:text/plain,hello+AD4-").contents(), ElementsAre("hello"));
}

TEST(HtmlExtract, SaysWhatIsActive) {
  EXPECT_THAT(Extracted("<svg><script>x()</script></svg>", "image/svg+xml").tokens(), ElementsAre("svg-script"));
  EXPECT_THAT(Extracted("<html><script>x()</script></html>").tokens(), IsEmpty());
  EXPECT_THAT(Extracted("<html><hta:application id=x>").tokens(), ElementsAre("html-application"));
}

TEST(HtmlExtract, StopsAtTheHostsQuota) {
  Host host;
  host.part("<img src='data:a/b,c'><img src='data:a/b,c'><img src='data:a/b,c'>").type("text/html");
  host.quota(2, 1000);
  const Result result = host.run<Decoder>();
  EXPECT_EQ(result.rc, POSTERN_E_QUOTA);
  EXPECT_EQ(result.children.size(), 2u);
}

TEST(HtmlExtract, BidsForPagesAndForWhatIsDeclaredOneAndHasATag) {
  Host host;
  host.part("mail");
  Node page = host.part("no tag").type("text/html");
  Node named = host.part("a <b>tag").type("text/html").detected("text/plain"),
       plain = host.part("none").type("text/html").detected("text/plain");
  Plugin decoder = Plugin::of<Decoder>(host);
  EXPECT_GT(decoder.probe(page), 0);
  EXPECT_GT(decoder.probe(named), 0);
  EXPECT_EQ(decoder.probe(plain), 0);
}

}  // namespace
}  // namespace html_plugin
