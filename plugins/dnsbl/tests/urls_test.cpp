// SPDX-License-Identifier: MIT
#include "urls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "host_name.h"
#include "uri_subjects.h"

namespace postern::dnsbl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAre;

std::string text_of_host(std::string_view authority) {
  const auto host = read_host(authority);
  if (!host) return "-";
  const auto* address = std::get_if<Address>(&*host);
  return address ? "[" + address->text() + "]" : std::get<std::string>(*host);
}

std::vector<std::string> hosts(std::string_view text, bool page = false) {
  std::vector<std::string> all;
  const AuthoritySink sink = [&](std::string_view authority) {
    all.push_back(text_of_host(authority));
    return true;
  };
  (page ? urls_of_page : urls_of_text)(text, sink);
  return all;
}
std::vector<std::string> links(std::string_view page) {
  return hosts(page, true);
}

TEST(DnsblUrls, AreFoundInText) {
  EXPECT_THAT(hosts("see http://Example.COM/path and https://b.example:8080?x, FTP://c.example."),
              ElementsAre("example.com", "b.example", "c.example"));
  EXPECT_THAT(hosts("www.example.com, (www.b.example) awww.no.example x.www.no.example me@www.no.example"),
              ElementsAre("www.example.com", "www.b.example"));
  EXPECT_THAT(hosts("<http://a.example> \"http://b.example\" http://c.example! http://d.example* http://e.example;"),
              ElementsAre("a.example", "b.example", "c.example", "d.example", "e.example"));
  EXPECT_THAT(hosts("http://user:pass@evil.example/ http://good.example@evil2.example"),
              ElementsAre("evil.example", "evil2.example"));
  EXPECT_THAT(hosts("http:\\\\back.example\\x http:/one.example nohttp:// http:// https:/"),
              ElementsAre("back.example"));
  EXPECT_THAT(hosts("http://good.example/?to=http://evil.example/&u=https%3A%2F%2Fescaped.example%2Fx"),
              ElementsAre("good.example", "evil.example", "escaped.example"));
  EXPECT_THAT(hosts(std::string("http://nul.example\0x", 20)), ElementsAre("nul.example"));
}

TEST(DnsblUrls, AreFoundInPagesAsBrowsersReadThem) {
  EXPECT_THAT(links("<a href='http://a.example/'>x</a><img src=http://b.example/i.png><A HREF = \"https:c.example\">"),
              IsSupersetOf({"a.example", "b.example", "c.example"}));
  EXPECT_THAT(
      links("<a href=\"//slashes.example/x\"><a href=\"/\\mixed.example\"><a href=\"https:\\\\\\three.example\">"),
      ElementsAre("slashes.example", "mixed.example", "three.example"));
  EXPECT_THAT(links("<a href='&#104;ttp&colon;&#x2f;/evil&period;example&sol;x'>"),
              ElementsAre("evil.example", "evil.example"));
  EXPECT_THAT(links("<a href=' \n ht\ttp://ta\r\nbs.example/'>"), IsSupersetOf({"tabs.example"}));
  EXPECT_THAT(links("<a title='>' href='//quoted.example'>"), ElementsAre("quoted.example"));
  EXPECT_THAT(links("<p>http&#58;//visible.example</p>"), ElementsAre("visible.example"));
  EXPECT_THAT(links("<!--[if mso]><v:rect href='//comment.example'><![endif]-->"), ElementsAre("comment.example"));
  EXPECT_THAT(
      links("<meta content='0; url=http&colon;//meta.example'><div style='background:url(http://style.example/x)'>"),
      UnorderedElementsAre("meta.example", "style.example"));
  EXPECT_THAT(links("<a href='mailto:x@y.example'><a href='relative/x'><a href='#x'><a name='//no.example'><a "
                    "title='http:no.example'>"),
              ElementsAre());
  EXPECT_THAT(links("<a href='//open.example"), ElementsAre("open.example"));
  EXPECT_THAT(links("a<b <1 < <a <a href <a href= <a href='"), ElementsAre());
}

// A text that ends anywhere: what was whole before is still found, and nothing that is not a beginning of it.
TEST(DnsblUrls, AreReadWhereverATextEnds) {
  const std::string text =
      "x http://first.example/y <a href=\"&#104;ttps://second.example:8/z\" src=//third.example> www.fourth.example "
      "\xC3\xA9";
  for (const bool page : {false, true}) {
    for (size_t length = 0; length <= text.size(); ++length) {
      const auto found = hosts(std::string_view(text).substr(0, length), page);
      EXPECT_EQ(!found.empty() && found[0] == "first.example", length >= text.find(".example/y") + 8) << length;
      for (const std::string& host : found) EXPECT_TRUE(host == "-" || text.find(host) != std::string::npos) << host;
    }
  }
}

TEST(DnsblUrls, StopWhereTheSinkHasEnough) {
  int seen = 0;
  EXPECT_FALSE(urls_of_page("http://a.example http://b.example <a href=//c.example>",
                            [&](std::string_view) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

// Eight times the text takes eight times the work: counted in what the sink sees and by being done at all.
TEST(DnsblUrls, CostNoMoreThanTheirLength) {
  for (const char* unit :
       {"http://", "<a href=\"", "<a ", "www.", "http://@", "&#1", "<a x='&#104;", "http%3a%2f%2f", "<a href=x\n"}) {
    std::string text;
    while (text.size() < 1u << 20) text += unit;
    size_t seen = 0;
    urls_of_page(text, [&](std::string_view authority) { return seen += 1 + authority.size(), true; });
    EXPECT_LE(seen, 4 * text.size()) << unit;
  }
}

TEST(DnsblHostName, IsWhatABrowserWouldAsk) {
  const struct {
    const char* authority;
    const char* host;
  } table[] = {{"Example.COM", "example.com"},
               {"example.com.", "example.com"},
               {"example.com:80", "example.com"},
               {"u@v@example.com:80", "example.com"},
               {"ex%61mple%2ecom", "example.com"},
               {"good.example%40evil.example", "evil.example"},
               {"evil.example%2Fgood.example", "evil.example"},
               {"b\xC3\xBC"
                "cher.example",
                "xn--bcher-kva.example"},
               {"example\xE3\x80\x82"
                "com",
                "example.com"},                             // U+3002
               {"\xEF\xBD\x85xample.com", "example.com"},   // a full-width e
               {"exa\xC2\xADmple.com", "example.com"},      // a soft hyphen
               {"example.com\xE2\x80\x9D", "example.com"},  // a quotation mark
               {"1.2.3.4", "[1.2.3.4]"},
               {"16909060", "[1.2.3.4]"},
               {"0x01020304", "[1.2.3.4]"},
               {"01.02.0x3.4", "[1.2.3.4]"},
               {"1.2.772", "[1.2.3.4]"},
               {"[2600::1]:80", "[2600::1]"},
               {"[::ffff:1.2.3.4]", "[1.2.3.4]"},
               {"a_b.example", "a_b.example"},
               {"0x.example", "0x.example"}};
  for (const auto& row : table) EXPECT_EQ(text_of_host(row.authority), row.host) << row.authority;
  for (const std::string& wrong :
       {std::string(), std::string("."), std::string("a..b"), std::string("a b.example"), std::string("1.2.3.4.5"),
        std::string("256.1.1.1"), std::string("4294967296"), std::string("[x]"), std::string("["),
        std::string(64, 'a') + ".example", std::string(3000, 'a'), std::string("\xFF\xFE"), std::string("a!.example"),
        std::string(300, '1')})
    EXPECT_EQ(text_of_host(wrong), "-") << wrong;
}

TEST(DnsblHostName, IsReducedToWhatSomebodyRegistered) {
  const RegisteredDomains domains;
  EXPECT_EQ(domains.of("www.deep.example.com"), "example.com");
  EXPECT_EQ(domains.of("www.example.co.uk"), "example.co.uk");
  EXPECT_EQ(domains.of("xn--bcher-kva.example.de"), "example.de");
  for (const char* nobody :
       {"com", "co.uk", "localhost", "printer.local", "x.internal", "abc.onion", "4.3.2.1.in-addr.arpa"})
    EXPECT_FALSE(domains.of(nobody)) << nobody;
}

TEST(DnsblUriSubjects, AreAskedOnceAndTakenEvenly) {
  const RegisteredDomains domains;
  const std::vector<std::string> skipped{"w3.org"};
  UriSubjects subjects(domains, skipped);
  std::string text =
      "http://www.w3.org/ http://a.example.com http://b.example.com http://1.2.3.4/ http://16909060/ http://10.0.0.1/ ";
  EXPECT_TRUE(subjects.add_text(text, false));
  ASSERT_EQ(subjects.found(), 2u);
  EXPECT_EQ(subjects.chosen(9)[0].subject, "example.com");
  EXPECT_EQ(subjects.chosen(9)[1].subject, "4.3.2.1");
  EXPECT_EQ(subjects.chosen(9)[1].text, "1.2.3.4");
  for (int i = 0; i < 99; ++i) subjects.add_text("http://d" + std::to_string(i) + ".com", false);
  const auto some = subjects.chosen(10);
  ASSERT_EQ(some.size(), 10u);
  EXPECT_EQ(some.front().text, "example.com");
  EXPECT_EQ(some.back().text, "d98.com") << "the last one cannot hide behind the first";
  EXPECT_EQ(subjects.chosen(1).at(0).text, "d98.com");
  std::string flood;
  for (int i = 0; i < 20000; ++i) flood += "http://e" + std::to_string(i) + ".net ";
  EXPECT_FALSE(subjects.add_text(flood, true));
  EXPECT_EQ(subjects.found(), UriSubjects::most_found);
}

}  // namespace
}  // namespace postern::dnsbl
