// SPDX-License-Identifier: MIT
#include "list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::dnsbl {
namespace {

using ::testing::HasSubstr;

bool meets(const char* pattern, const Code& code) {
  return std::get<CodePattern>(CodePattern::parse(pattern)).matches(code);
}
List list_of(const char* text, Subject subject = Subject::addresses) {
  return std::get<List>(parse_list(text, subject));
}
std::string problem(const std::string& text, Subject subject = Subject::addresses) {
  const auto parsed = parse_list(text, subject);
  const auto* why = std::get_if<std::string>(&parsed);
  return why ? *why : std::string();
}

TEST(DnsblList, MeetsCodesByNumberRangeStarAndBit) {
  const struct {
    const char* pattern;
    Code code;
    bool meets;
  } table[] = {{"127.0.0.2", {127, 0, 0, 2}, true},      {"127.0.0.2", {127, 0, 0, 3}, false},
               {"127.0.0.2", {127, 0, 1, 2}, false},     {"127.0.0.4-7", {127, 0, 0, 4}, true},
               {"127.0.0.4-7", {127, 0, 0, 7}, true},    {"127.0.0.4-7", {127, 0, 0, 8}, false},
               {"127.0.0.4-7", {127, 0, 0, 3}, false},   {"127.0.*.1", {127, 0, 200, 1}, true},
               {"127.0.*.1", {127, 0, 200, 2}, false},   {"127.0.2-5.*", {127, 0, 5, 255}, true},
               {"127.0.2-5.*", {127, 0, 6, 255}, false}, {"127.0.0.&8", {127, 0, 0, 14}, true},
               {"127.0.0.&8", {127, 0, 0, 6}, false},    {"127.0.0.&6", {127, 0, 0, 2}, true},
               {"127.0.0.&6", {127, 0, 0, 9}, false},    {"127.*.*.*", {127, 0, 0, 0}, true}};
  for (const auto& row : table)
    EXPECT_EQ(meets(row.pattern, row.code), row.meets) << row.pattern << " " << text_of(row.code);
}

TEST(DnsblList, ReadsALine) {
  const List zen = list_of("Zen.Spamhaus.Example. required as=zen 127.0.0.2-3=3 \t127.0.0.4-7=2.5");
  EXPECT_EQ(zen.zone, "zen.spamhaus.example");
  EXPECT_EQ(zen.name, "zen");
  EXPECT_TRUE(zen.required);
  EXPECT_FALSE(zen.allows);
  ASSERT_EQ(zen.rows.size(), 2u);
  EXPECT_EQ(zen.rows[1].points, 2500);
  EXPECT_EQ(zen.rows[1].text, "127.0.0.4-7");
  EXPECT_EQ(zen.must_be_listed, "2.0.0.127");
  EXPECT_EQ(zen.must_not_be_listed, "1.0.0.127");
  const List white = list_of("allow:list.dnswl.example test=none 127.0.*.1=-1");
  EXPECT_TRUE(white.allows);
  EXPECT_EQ(white.name, "list.dnswl.example");
  EXPECT_EQ(white.must_be_listed, "");
  EXPECT_EQ(white.must_not_be_listed, "1.0.0.127") << "a list that lists everything is never believed";
  const List uri = list_of("multi.uribl.example names-only test=test.uribl.example 127.0.0.&2=1.5", Subject::domains);
  EXPECT_TRUE(uri.names_only);
  EXPECT_EQ(uri.must_be_listed, "test.uribl.example");
  EXPECT_EQ(list_of("u.example 127.0.0.2=1", Subject::domains).must_not_be_listed, "invalid");
}

TEST(DnsblList, SaysWhatIsWrongWithALine) {
  EXPECT_THAT(problem(""), HasSubstr("empty"));
  EXPECT_THAT(problem("zen.example"), HasSubstr("gives no points"));
  EXPECT_THAT(problem("zen..example 127.0.0.2=1"), HasSubstr("is no domain"));
  EXPECT_THAT(problem(std::string(200, 'a') + " 127.0.0.2=1"), HasSubstr("is no domain"));
  EXPECT_THAT(problem("deny:zen.example 127.0.0.2=1"), HasSubstr("is no domain"));
  EXPECT_THAT(problem("zen.example 127.0.0.2"), HasSubstr("neither CODE=POINTS"));
  EXPECT_THAT(problem("zen.example 127.0.0=1"), HasSubstr("four octets"));
  EXPECT_THAT(problem("zen.example 127.0.0.4/30=1"), HasSubstr("write a range"));
  EXPECT_THAT(problem("zen.example 127.0.0.256=1"), HasSubstr("octet 4"));
  EXPECT_THAT(problem("zen.example 127.0.0.02=1"), HasSubstr("octet 4"));
  EXPECT_THAT(problem("zen.example 127.0.0.7-4=1"), HasSubstr("ends before it begins"));
  EXPECT_THAT(problem("zen.example 127.0.0.&0=1"), HasSubstr("in no answer"));
  EXPECT_THAT(problem("zen.example 10.0.0.2=1"), HasSubstr("the first octet is 127"));
  EXPECT_THAT(problem("zen.example *.0.0.2=1"), HasSubstr("the first octet is 127"));
  EXPECT_THAT(problem("zen.example 127.0.0.2=nan"), HasSubstr("points are a number"));
  EXPECT_THAT(problem("zen.example 127.0.0.2=-1"), HasSubstr("write allow:zen.example"));
  EXPECT_THAT(problem("allow:zen.example 127.0.0.2=1"), HasSubstr("below 0"));
  EXPECT_THAT(problem("zen.example names-only 127.0.0.2=1"), HasSubstr("for uri-lists"));
  EXPECT_THAT(problem("zen.example as=a!b 127.0.0.2=1"), HasSubstr("a name has"));
  EXPECT_THAT(problem("zen.example test=a!b 127.0.0.2=1"), HasSubstr("always listed"));
}

TEST(DnsblList, PointsAreThousandths) {
  EXPECT_EQ(parse_points("2"), 2000);
  EXPECT_EQ(parse_points("-0.25"), -250);
  EXPECT_EQ(parse_points("0.001"), 1);
  EXPECT_EQ(parse_points("1000"), 1000000);
  for (const char* text :
       {"", "-", ".", "1.", ".5", "1.2345", "1001", "1e3", "inf", "nan", "1,5", "--1", "0x1", "99999"})
    EXPECT_FALSE(parse_points(text)) << text;
}

}  // namespace
}  // namespace postern::dnsbl
