// SPDX-License-Identifier: MIT
#include "submission.h"

#include <gtest/gtest.h>

namespace postern::mail_notice {
namespace {

using State = Submission::State;

Submission submission(std::vector<std::string> to = {"a@example.org"}) {
  return {"filter", std::move(to), "Subject: x\r\n\r\n.dot\r\n"};
}

TEST(Submission, SpeaksTheWholeDialogue) {
  auto s = submission({"a@example.org", "b@example.org"});
  EXPECT_EQ(s.hears("220-hello"), "");
  EXPECT_EQ(s.hears("220 there"), "EHLO filter\r\n");
  EXPECT_EQ(s.hears("250-mx"), "");
  EXPECT_EQ(s.hears("250 SIZE"), "MAIL FROM:<>\r\n");
  EXPECT_EQ(s.hears("250 ok"), "RCPT TO:<a@example.org>\r\n");
  EXPECT_EQ(s.hears("250 ok"), "RCPT TO:<b@example.org>\r\n");
  EXPECT_EQ(s.hears("250 ok"), "DATA\r\n");
  EXPECT_EQ(s.hears("354 go"), "Subject: x\r\n\r\n..dot\r\n.\r\n");
  EXPECT_EQ(s.state(), State::talking);
  EXPECT_EQ(s.hears("250"), "QUIT\r\n");
  EXPECT_EQ(s.state(), State::accepted);
}

TEST(Submission, FallsBackToHelo) {
  auto s = submission();
  s.hears("220 hello");
  EXPECT_EQ(s.hears("502 what"), "HELO filter\r\n");
  EXPECT_EQ(s.hears("250 ok"), "MAIL FROM:<>\r\n");
}

TEST(Submission, GoesOnWithTheRecipientsThatAreTaken) {
  auto s = submission({"a@example.org", "b@example.org"});
  for (const char* line : {"220 x", "250 x", "250 x"}) s.hears(line);
  EXPECT_EQ(s.hears("550 no"), "RCPT TO:<b@example.org>\r\n");
  EXPECT_EQ(s.hears("250 ok"), "DATA\r\n");
  EXPECT_EQ(s.refused(), std::vector<std::string>{"a@example.org: 550 no"});
}

TEST(Submission, FailsAtEveryStepThatIsRefused) {
  const std::vector<std::string> good = {"220 x", "250 x", "250 x", "250 x", "354 x", "250 x"};
  for (size_t step = 0; step < good.size(); ++step)
    for (const char* bad : {"451 later", "550 never", "221 bye", "garbage", "", "25", "250x", "950 x", "250-a\n"}) {
      auto s = submission();
      for (size_t n = 0; n < step; ++n) s.hears(good[n]);
      if (std::string(bad) == "550 never" && step == 1) s.hears(bad);  // EHLO may be refused, HELO not
      s.hears(bad);
      if (std::string(bad) == "250-a\n") s.hears("451 other code");
      EXPECT_EQ(s.state(), State::failed) << step << " " << bad;
      EXPECT_EQ(s.is_temporary(), std::string(bad) != "550 never") << step << " " << bad;
      EXPECT_FALSE(s.reason().empty());
    }
}

TEST(Submission, EndsALineThatIsNotEnded) {
  Submission s("filter", {"a@example.org"}, "Subject: x\r\n\r\nno end");
  for (const char* line : {"220 x", "250 x", "250 x", "250 x"}) s.hears(line);
  EXPECT_EQ(s.hears("354 go"), "Subject: x\r\n\r\nno end\r\n.\r\n");
}

}  // namespace
}  // namespace postern::mail_notice
