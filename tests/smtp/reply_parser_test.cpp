// SPDX-License-Identifier: MIT
#include "smtp/reply_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace postern::smtp {
namespace {

using Result = ReplyParser::Result;

struct Parsed {
  Result last = Result::incomplete;
  std::vector<mail::Reply> replies;
};

Parsed parse(std::string_view bytes, size_t step) {
  ReplyParser parser;
  Parsed parsed;
  for (size_t at = 0; at < bytes.size(); at += step) {
    std::string_view input = bytes.substr(at, step);
    while (!input.empty() && parsed.last != Result::garbage) {
      parsed.last = parser.take(input);
      if (parsed.last == Result::complete) parsed.replies.push_back(parser.reply());
    }
  }
  return parsed;
}

mail::Reply only(std::string_view bytes) {
  const Parsed parsed = parse(bytes, bytes.size());
  EXPECT_EQ(parsed.last, Result::complete);
  EXPECT_EQ(parsed.replies.size(), 1u);
  return parsed.replies.empty() ? mail::Reply() : parsed.replies.front();
}

TEST(ReplyParser, SplitsCodeEnhancedCodeAndText) {
  const mail::Reply reply = only("250 2.0.0 Ok: queued as 4XyZ\r\n");
  EXPECT_EQ(reply.code, 250);
  EXPECT_EQ(reply.enhanced, "2.0.0");
  EXPECT_EQ(reply.text, "Ok: queued as 4XyZ");
}

TEST(ReplyParser, LeavesTheEnhancedCodeEmptyWhereThereIsNone) {
  EXPECT_EQ(only("354 End data with <CR><LF>.<CR><LF>\r\n").enhanced, "");
  EXPECT_EQ(only("250\r\n").enhanced, "");
  EXPECT_EQ(only("250 2.0 Ok\r\n").enhanced, "");
  EXPECT_EQ(only("250 2.0.0.0 Ok\r\n").enhanced, "");
  EXPECT_EQ(only("250 2.1234.0 Ok\r\n").enhanced, "");
}

TEST(ReplyParser, DoesNotBelieveAnEnhancedCodeOfAnotherClass) {
  const mail::Reply reply = only("550 2.0.0 no\r\n");
  EXPECT_EQ(reply.enhanced, "");
  EXPECT_EQ(reply.text, "2.0.0 no");
}

TEST(ReplyParser, JoinsLinesAndTakesTheEnhancedCodeOffEach) {
  const mail::Reply reply = only("550-5.7.1 first\r\n550-5.7.1 second\r\n550 third\r\n");
  EXPECT_EQ(reply.enhanced, "5.7.1");
  EXPECT_EQ(reply.text, "first\nsecond\nthird");
}

TEST(ReplyParser, TakesTwoRepliesOutOfOneRead) {
  const Parsed parsed = parse("250 one\r\n550 two\r\n", 100);
  ASSERT_EQ(parsed.replies.size(), 2u);
  EXPECT_EQ(parsed.replies[0].text, "one");
  EXPECT_EQ(parsed.replies[1].text, "two");
}

TEST(ReplyParser, RemovesControlCharactersAndBrokenUtf8) {
  EXPECT_EQ(only("550 5.1.1 a\x1b[31mb\x7f\tc\xff Gr\xc3\xbc\xc3\x9f"
                 "e\r\n")
                .text,
            "a[31mb c? Gr\xc3\xbc\xc3\x9f"
            "e");
  EXPECT_EQ(only("550 a\rb\r\n").text, "ab");
}

TEST(ReplyParser, CutsTextButReadsTheReplyToItsEnd) {
  std::string bytes;
  for (int i = 0; i < 50; ++i) bytes += "250-" + std::string(1000, 'x') + "\r\n";
  bytes += "250 end\r\n";
  const mail::Reply reply = only(bytes);
  EXPECT_LE(reply.text.size(), ReplyParser::kept_text);
  EXPECT_EQ(reply.text.find('\n'), ReplyParser::kept_line);
}

TEST(ReplyParser, CallsGarbageWhatIsNoReply) {
  const std::string endless_line = "250 " + std::string(ReplyParser::max_line + 1, 'x');
  std::string endless_reply;
  while (endless_reply.size() <= ReplyParser::max_reply) endless_reply += "250-and more\r\n";
  for (const std::string& bytes :
       {std::string("hello\r\n"), std::string("25 short\r\n"), std::string("\r\n"), std::string("650 x\r\n"),
        std::string("150 x\r\n"), std::string("250x\r\n"), std::string("250-a\r\n251 b\r\n"),
        std::string("SSH-2.0-OpenSSH\r\n"), std::string("\0\0\0\n", 4), endless_line, endless_reply}) {
    EXPECT_EQ(parse(bytes, bytes.size()).last, Result::garbage) << bytes.substr(0, 40);
    EXPECT_EQ(parse(bytes, 1).last, Result::garbage) << bytes.substr(0, 40);
  }
}

TEST(ReplyParser, StaysWithGarbageOnceSeen) {
  ReplyParser parser;
  std::string_view junk = "junk\r\n", good = "250 ok\r\n";
  EXPECT_EQ(parser.take(junk), Result::garbage);
  EXPECT_EQ(parser.take(good), Result::garbage);
}

TEST(ReplyParser, ReadsByteAtATimeWhatItReadsAtOnce) {
  const std::string bytes =
      "220 hop ESMTP\r\n250-hop\r\n250-SIZE 100\r\n250 DSN\r\n250 2.1.0 Ok\r\n550 5.1.1 no\n354\r\n";
  const Parsed whole = parse(bytes, bytes.size());
  ASSERT_EQ(whole.replies.size(), 5u);
  for (size_t step = 1; step < 20; ++step) {
    const Parsed cut = parse(bytes, step);
    ASSERT_EQ(cut.replies.size(), whole.replies.size());
    for (size_t i = 0; i < whole.replies.size(); ++i) {
      EXPECT_EQ(cut.replies[i].code, whole.replies[i].code);
      EXPECT_EQ(cut.replies[i].enhanced, whole.replies[i].enhanced);
      EXPECT_EQ(cut.replies[i].text, whole.replies[i].text);
    }
  }
}

}  // namespace
}  // namespace postern::smtp
