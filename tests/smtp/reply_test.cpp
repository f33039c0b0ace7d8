// SPDX-License-Identifier: MIT
#include "smtp/reply.h"

#include <gtest/gtest.h>

#include "smtp/dialogue.h"

namespace postern::smtp {
namespace {

std::string wire(const mail::Reply& reply) {
  std::string out;
  append_reply(out, reply);
  return out;
}

TEST(Reply, IsOneLineOrMoreWithTheCodesOnEach) {
  EXPECT_EQ(wire({250, "2.0.0", "Ok"}), "250 2.0.0 Ok\r\n");
  EXPECT_EQ(wire({354, "", "Go"}), "354 Go\r\n");
  EXPECT_EQ(wire({550, "5.7.1", "one\ntwo\nthree"}), "550-5.7.1 one\r\n550-5.7.1 two\r\n550 5.7.1 three\r\n");
  EXPECT_EQ(wire({250, "", ""}), "250 \r\n");
  EXPECT_EQ(wire({}), "451 4.3.0 Temporary failure, please try again later\r\n");
}

TEST(Reply, TextCannotAddALine) {
  EXPECT_EQ(wire({550, "5.0.0", std::string("a\r\n250 Ok\0b\x7f\xC2\x85 c\xFF", 17)}),
            "550-5.0.0 a \r\n550 5.0.0 250 Ok b   c?\r\n");
  EXPECT_EQ(wire({550, "5.0.0\r\n250", "x"}), "550 5.0.0  250 x\r\n");
}

TEST(Reply, LinesStayWithinTheLimitAndLoseNothing) {
  std::string words, blob, utf8;
  for (int i = 0; i < 300; ++i) words += (i != 0 ? " word" : "word") + std::to_string(i);
  for (int i = 0; i < 2000; ++i) blob += static_cast<char>('a' + i % 26);
  for (int i = 0; i < 700; ++i) utf8 += "\xE2\x82\xAC";
  for (const std::string& text : {words, blob, utf8}) {
    const std::string out = wire({250, "2.0.0", text});
    EXPECT_TRUE(has_clean_line_ends(out));
    std::string joined;
    for (size_t at = 0; at < out.size();) {
      const size_t end = out.find("\r\n", at);
      EXPECT_LE(end + 2 - at, 512u);
      if (!joined.empty() && text == words) joined += ' ';
      joined += out.substr(at + 10, end - at - 10);
      at = end + 2;
    }
    EXPECT_EQ(joined, text);
  }
}

}  // namespace
}  // namespace postern::smtp
