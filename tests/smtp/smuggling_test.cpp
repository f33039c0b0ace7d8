// SPDX-License-Identifier: MIT
// What looks like an end of DATA to somebody, and is none: each sequence, over each inlet, in each split, must stay
// within one mail; and what we hand on must look like one mail to everybody.
#include "smtp/dialogue.h"

namespace postern::smtp {
namespace {

using namespace std::string_literals;

const std::string sequences[] = {
    "\n.\n"s,   "\n.\r"s,   "\r.\n"s,       "\r.\r"s,       "\n.\r\n"s,     "\r.\r\n"s,
    "\r\n.\n"s, "\r\n.\r"s, "\r\n\0.\r\n"s, "\r\n.\0\r\n"s, "\r\n.\r\r\n"s, "\r\r\n.\r\r\n"s,
};

enum class Inlet { smtp, lmtp, bdat };

class Smuggling : public testing::TestWithParam<std::tuple<size_t, Inlet, size_t>> {};

TEST_P(Smuggling, GetsOneMailAcross) {
  const auto [number, inlet, piece] = GetParam();
  const std::string body = "Subject: 1\r\n\r\nfirst" + sequences[number] +
                           "MAIL FROM:<s@x>\r\nRCPT TO:<b@y>\r\nDATA\r\nSubject: 2\r\n\r\nx\r\n";
  Client client(piece);
  client.greets(inlet == Inlet::lmtp ? "LHLO c" : "EHLO c");
  client.names_envelope();
  if (inlet == Inlet::bdat) {
    const std::string stuffed = body + ".\r\n";
    client.sends("BDAT " + std::to_string(stuffed.size()) + " LAST\r\n" + stuffed);
  } else {
    client.says("DATA");
    client.hears("354");
    client.sends(body + ".\r\n");
  }
  client.hears("250 2.0.0 Taken for b@example.org");
  client.hears_nothing();

  const TakenMail& mail = client.only_mail();
  EXPECT_TRUE(mail.complete);
  EXPECT_EQ(mail.envelope.sender, "a@example.org");
  EXPECT_TRUE(has_clean_line_ends(mail.content)) << testing::PrintToString(mail.content);
  EXPECT_NE(mail.content.find("MAIL FROM:<s@x>\r\nRCPT TO:<b@y>\r\nDATA\r\nSubject: 2\r\n\r\nx\r\n"),
            std::string::npos);
  EXPECT_TRUE(mail.content.starts_with("Subject: 1\r\n\r\nfirst"));
  client.says("NOOP");
  client.hears("250 2.0.0 Ok");
}

INSTANTIATE_TEST_SUITE_P(Matrix, Smuggling,
                         testing::Combine(testing::Range(size_t{0}, std::size(sequences)),
                                          testing::Values(Inlet::smtp, Inlet::lmtp, Inlet::bdat),
                                          testing::Values(SIZE_MAX, size_t{3}, size_t{2}, size_t{1})));

}  // namespace
}  // namespace postern::smtp
