// SPDX-License-Identifier: MIT
#include "answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cache.h"
#include "name_server.h"

namespace postern::dnsbl {
namespace {

using ::testing::HasSubstr;
using Kind = Answer::Kind;
using std::chrono::seconds;

Answer read(const Said& said, bool truncated = false) {
  return read_answer("id" + Message::reply("4.3.2.1.list.example", said, truncated));
}

TEST(DnsblAnswer, IsListedWithItsCodes) {
  const Answer one = read(listed({"127.0.0.2", "127.0.0.4", "127.0.0.2"}, 300));
  EXPECT_EQ(one.kind, Kind::listed) << one.reason;
  EXPECT_EQ(one.codes, (std::vector<Code>{{127, 0, 0, 2}, {127, 0, 0, 4}}));
  EXPECT_EQ(one.ttl, seconds(300));
}

TEST(DnsblAnswer, IsNotListedForAsLongAsTheZoneSays) {
  for (const Rcode rcode : {NXDOMAIN, NOERROR}) {
    const Answer answer = read({.rcode = rcode, .ttl = 77});
    EXPECT_EQ(answer.kind, Kind::not_listed);
    EXPECT_EQ(answer.ttl, seconds(77));
  }
}

TEST(DnsblAnswer, ThatNoListGivesIsTheListsFailure) {
  const struct {
    Said said;
    const char* why;
  } table[] = {{listed({"127.255.255.254"}), "public or anonymous resolver"},
               {listed({"127.0.0.2", "127.255.255.255"}), "asked too often"},
               {listed({"127.255.255.252"}), "typing error"},
               {listed({"127.255.255.1"}), "reports an error"},
               {listed({"203.0.113.9"}), "203.0.113.9, which is outside of 127.0.0.0/8"},
               {listed({"127.0.0.2", "1.1.1.1"}), "outside of 127.0.0.0/8"},
               {{.rcode = NOERROR, .addresses = {"127.0.0.2"}, .alias = "x.example"}, "alias"},
               {{.rcode = NXDOMAIN, .addresses = {"127.0.0.2"}}, "is there and that it is not"}};
  for (const auto& row : table) {
    const Answer answer = read(row.said);
    EXPECT_EQ(answer.kind, Kind::wrong) << row.why;
    EXPECT_THAT(answer.reason, HasSubstr(row.why));
  }
}

TEST(DnsblAnswer, ThatIsNoneIsNeitherListedNorNot) {
  EXPECT_EQ(read({.rcode = SERVFAIL}).reason, "SERVFAIL");
  EXPECT_EQ(read({.rcode = REFUSED}).reason, "REFUSED");
  EXPECT_EQ(read({.rcode = FORMERR}).kind, Kind::none);
  EXPECT_EQ(read(listed({"127.0.0.2"}), true).reason, "an answer that is cut");
  EXPECT_EQ(read({.recursion = false}).kind, Kind::none) << "NXDOMAIN of a server that knows nothing";
  for (const std::string& bytes :
       {std::string(), std::string("x"), std::string(12, '\0'), std::string(600, 'x'), std::string(70000, '\xff')})
    EXPECT_EQ(read_answer(bytes).kind, Kind::none);
}

// A message that ends anywhere says nothing at all.
TEST(DnsblAnswer, CutAnywhereIsNone) {
  for (const Said& said : {listed({"127.0.0.2", "127.0.0.3"}), Said{}}) {
    const std::string whole = "id" + Message::reply("4.3.2.1.list.example", said);
    ASSERT_NE(read_answer(whole).kind, Kind::none);
    for (size_t length = 0; length < whole.size(); ++length)
      EXPECT_EQ(read_answer(std::string_view(whole).substr(0, length)).kind, Kind::none) << length;
  }
}

// ---- what is remembered

Answer not_listed_for(int s) {
  return {Kind::not_listed, {}, seconds(s), {}};
}

TEST(DnsblCache, KeepsAnAnswerForItsTimeWithinBounds) {
  Cache cache(10, seconds(100));
  const Clock::time_point now{};
  cache.keep("a", not_listed_for(50), now);
  cache.keep("b", not_listed_for(5000), now);
  cache.keep("c", not_listed_for(0), now);
  cache.keep("d", not_listed_for(0), now, seconds(60));
  cache.keep("e", not_listed_for(50), now, seconds(0), seconds(10));
  cache.keep("f", {Kind::none, {}, seconds(50), "SERVFAIL"}, now);
  cache.keep("g", {Kind::wrong, {}, seconds(50), "alias"}, now);
  const auto known = [&](int s) {
    std::string names;
    for (const char* name : {"a", "b", "c", "d", "e", "f", "g"})
      if (cache.find(name, now + seconds(s))) names += name;
    return names;
  };
  EXPECT_EQ(known(0), "abde");
  EXPECT_EQ(known(10), "abd");
  EXPECT_EQ(known(49), "abd");
  EXPECT_EQ(known(50), "bd");
  EXPECT_EQ(known(99), "b");
  EXPECT_EQ(known(100), "");
  EXPECT_EQ(cache.size(), 0u) << "what is over is gone";
}

TEST(DnsblCache, IsBoundedAndForgetsWhatNobodyAskedFor) {
  Cache cache(3, seconds(100));
  const Clock::time_point now{};
  for (const char* name : {"a", "b", "c"}) cache.keep(name, not_listed_for(50), now);
  EXPECT_TRUE(cache.find("a", now));
  cache.keep("d", not_listed_for(50), now);
  EXPECT_EQ(cache.size(), 3u);
  EXPECT_FALSE(cache.find("b", now));
  EXPECT_TRUE(cache.find("a", now));
  cache.keep("a", {Kind::listed, {{127, 0, 0, 2}}, seconds(50), {}}, now);
  EXPECT_EQ(cache.size(), 3u);
  EXPECT_EQ(cache.find("a", now)->kind, Kind::listed);
  Cache none(0, seconds(100));
  none.keep("a", not_listed_for(50), now);
  EXPECT_FALSE(none.find("a", now));
}

}  // namespace
}  // namespace postern::dnsbl
