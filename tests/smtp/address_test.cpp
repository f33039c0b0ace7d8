// SPDX-License-Identifier: MIT
#include "smtp/address.h"

#include <gtest/gtest.h>

#include <string>

namespace postern::smtp {
namespace {

struct Case {
  std::string text, mailbox, rest;
};

TEST(Path, IsTakenVerbatim) {
  const Case cases[] = {
      {"<user@example.org>", "user@example.org", ""},
      {"<user@example.org> SIZE=1", "user@example.org", " SIZE=1"},
      {" <user@example.org>", "user@example.org", ""},
      {"<USER+tag=x@Example.ORG>", "USER+tag=x@Example.ORG", ""},
      {"<\"a b\"@x>", "\"a b\"@x", ""},
      {"<\"a>b\\\"c\\\\\"@x>", "\"a>b\\\"c\\\\\"@x", ""},
      {"<\"\"@x>", "\"\"@x", ""},
      {"<@r:u@h>", "u@h", ""},
      {"<@r.example,@s.example:u@h>", "u@h", ""},
      {"<u@[192.0.2.1]>", "u@[192.0.2.1]", ""},
      {"<u@[IPv6:::1]>", "u@[IPv6:::1]", ""},
      {"<u@[IPv6:2001:db8::ff00:42:8329]>", "u@[IPv6:2001:db8::ff00:42:8329]", ""},
      {"<u@[X-net:some.thing]>", "u@[X-net:some.thing]", ""},
      {"<o'neil@x>", "o'neil@x", ""},
      {"<a%b@x>", "a%b@x", ""},
      {"<|cmd@x>", "|cmd@x", ""},
      {"<\"$(id);\"@x>", "\"$(id);\"@x", ""},
      {"<a..b.@mobile.example>", "a..b.@mobile.example", ""},
      {"<u@under_score.example>", "u@under_score.example", ""},
      {"<m\xC3\xBCller@b\xC3\xBC"
       "cher.example>",
       "m\xC3\xBCller@b\xC3\xBC"
       "cher.example",
       ""},
      {"<\"\xE2\x82\xAC uro\"@x>", "\"\xE2\x82\xAC uro\"@x", ""},
      {"<" + std::string(1000, 'x') + "@y>", std::string(1000, 'x') + "@y", ""},
  };
  for (const Case& one : cases) {
    const auto forward = parse_forward_path(one.text), reverse = parse_reverse_path(one.text);
    ASSERT_TRUE(forward && reverse) << one.text;
    EXPECT_EQ(forward->mailbox, one.mailbox);
    EXPECT_EQ(forward->rest, one.rest);
    EXPECT_EQ(reverse->mailbox, one.mailbox);
    EXPECT_TRUE(is_mailbox(one.mailbox)) << one.mailbox;
  }
}

TEST(Path, IsRefusedWhenItIsNone) {
  using namespace std::string_literals;
  for (const std::string& text : {""s,
                                  "user@example.org"s,
                                  "<user@example.org"s,
                                  "<user>"s,
                                  "<@>"s,
                                  "<u@>"s,
                                  "<@h>"s,
                                  "<u@h>>"s.substr(0, 4),
                                  "<u@@h>"s,
                                  "<u@a..b>"s,
                                  "<u@.a>"s,
                                  "<u@a.>"s,
                                  "<a b@x>"s,
                                  "<\"a@x>"s,
                                  "<\"a\"b@x>"s,
                                  "<a;b@x>"s,
                                  "<$(id)@x>"s,
                                  "<(c)a@x>"s,
                                  "<a,b@x>"s,
                                  "<u@[300.1.1.1]>"s,
                                  "<u@[1.2.3]>"s,
                                  "<u@[IPv6:xyz]>"s,
                                  "<u@[]>"s,
                                  "<u@[tag:]>"s,
                                  "<u@[tag-:x]>"s,
                                  "<u@[1.2.3.4>"s,
                                  "<@r,u@h>"s,
                                  "<@r;u@h>"s,
                                  "<@r:>"s,
                                  "<u\r\n@x>"s,
                                  "<u\0@x>"s,
                                  "<\"u\0\"@x>"s,
                                  "<\"u\\\n\"@x>"s,
                                  "<u\x7f@x>"s,
                                  "<u\t@x>"s,
                                  "<u@[1.2.3.4\0]>"s,
                                  "<u\xC2\x85@x>"s /* C1 NEL */,
                                  "<u\xC3@x>"s,
                                  "<u\xFF@x>"s,
                                  "<u@\xED\xA0\x80.x>"s,
                                  "<\"u\xC3\"@x>"s,
                                  "<u@" + std::string(256, 'd') + ">",
                                  "<u@h> \0>"s.substr(0, 3)}) {
    EXPECT_FALSE(parse_forward_path(text)) << text;
    EXPECT_FALSE(parse_reverse_path(text)) << text;
  }
}

TEST(Path, OfASenderMayBeNullAndOfARecipientPostmaster) {
  const auto null = parse_reverse_path("<> BODY=7BIT");
  ASSERT_TRUE(null);
  EXPECT_EQ(null->mailbox, "");
  EXPECT_EQ(null->rest, " BODY=7BIT");
  EXPECT_FALSE(parse_forward_path("<>"));

  const auto postmaster = parse_forward_path("<PostMaster> X");
  ASSERT_TRUE(postmaster);
  EXPECT_EQ(postmaster->mailbox, "PostMaster");
  EXPECT_EQ(postmaster->rest, " X");
  EXPECT_FALSE(parse_reverse_path("<postmaster>"));
}

TEST(Mailbox, HasNothingBeforeOrAfter) {
  EXPECT_TRUE(is_mailbox("a@b"));
  for (const char* text : {"", " a@b", "a@b ", "<a@b>", "a@b>", "a"}) EXPECT_FALSE(is_mailbox(text)) << text;
}

}  // namespace
}  // namespace postern::smtp
