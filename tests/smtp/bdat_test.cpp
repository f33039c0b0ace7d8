// SPDX-License-Identifier: MIT
#include "smtp/dialogue.h"

namespace postern::smtp {
namespace {

class Bdat : public Dialogue {
 protected:
  static ServerSettings limited() {
    ServerSettings settings;
    settings.size_limit = 100;
    return settings;
  }
  Bdat() : Dialogue(limited()) {}
  void chunk(const std::string& bytes, bool last = false) {
    client.sends("BDAT " + std::to_string(bytes.size()) + (last ? " LAST\r\n" : "\r\n") + bytes);
  }
};
POSTERN_ALL_SPLITS(Bdat);

TEST_P(Bdat, PutsChunksTogether) {
  client.greets();
  client.names_envelope();
  chunk("Subject: x\r");
  client.hears("250 2.0.0 11 octets");
  chunk("\n\r\n.\r\n");
  client.hears("250 2.0.0");
  chunk("");
  client.hears("250 2.0.0 0 octets");
  chunk("..end", true);
  client.hears("250 2.0.0 Taken");
  EXPECT_EQ(client.only_mail().content, "Subject: x\r\n\r\n.\r\n..end\r\n");
}

TEST_P(Bdat, MayEndWithAnEmptyChunk) {
  client.greets();
  client.names_envelope();
  chunk("x\n");
  chunk("", true);
  client.says("NOOP");
  for (const char* code : {"250 2.0.0 2 octets", "250 2.0.0 Taken", "250 2.0.0 Ok"}) client.hears(code);
  EXPECT_EQ(client.only_mail().content, "x\r\n");
  client.names_envelope();
  chunk("", true);
  client.hears("250 2.0.0 Taken");
  EXPECT_EQ(client.room.mails.back().content, "");
}

TEST_P(Bdat, LmtpAnswersForEachAfterTheLastChunk) {
  client.greets("LHLO c");
  client.names_envelope("a@b", {"one@x", "two@x"});
  chunk("x");
  client.hears("250 2.0.0 1 octets");
  chunk("y", true);
  client.hears("250 2.0.0 Taken for one@x");
  client.hears("250 2.0.0 Taken for two@x");
  client.hears_nothing();
  EXPECT_EQ(client.only_mail().content, "xy\r\n");
}

TEST_P(Bdat, DoesNotMixWithData) {
  client.greets();
  client.names_envelope();
  chunk("x");
  client.hears("250");
  client.says("DATA", "RCPT TO:<late@x>", "MAIL FROM:<late@x>");
  for (int i = 0; i < 3; ++i) client.hears("503 5.5.1");
  chunk("y", true);
  client.hears("250 2.0.0 Taken");
  EXPECT_EQ(client.only_mail().content, "xy\r\n");
  EXPECT_EQ(client.only_mail().envelope.recipients.size(), 1u);
}

TEST_P(Bdat, WithoutATransactionItsOctetsAreStillNoCommands) {
  client.greets();
  chunk("QUIT\r\n");
  client.hears("503 5.5.1");
  chunk("QUIT\r\n", true);
  client.hears("503 5.5.1");
  client.says("NOOP");
  client.hears("250 2.0.0");
  client.hears_nothing();
}

TEST_P(Bdat, RsetBetweenChunksAbortsAndWithinAChunkIsContent) {
  client.greets();
  client.names_envelope();
  chunk("RSET\r\n");
  client.hears("250 2.0.0 6 octets");
  EXPECT_FALSE(client.only_mail().aborted);
  client.says("RSET");
  client.hears("250 2.0.0 Ok");
  EXPECT_TRUE(client.only_mail().aborted);
  EXPECT_EQ(client.only_mail().content, "RSET\r\n");
  chunk("x", true);
  client.hears("503 5.5.1");
}

TEST_P(Bdat, EhloBetweenChunksAborts) {
  client.greets();
  client.names_envelope();
  chunk("x");
  client.hears("250");
  client.says("EHLO again");
  client.hears("250");
  EXPECT_TRUE(client.only_mail().aborted);
}

TEST_P(Bdat, ASizeThatIsNoneEndsTheSession) {
  for (const char* line : {"BDAT", "BDAT x", "BDAT -1", "BDAT 1x", "BDAT 18446744073709551616", "BDAT 5 FIRST",
                           "BDAT 5 LAST x", "BDAT +5"}) {
    Client other(GetParam());
    other.greets();
    other.names_envelope();
    other.says(line, "QUIT", "NOOP");
    other.hears("501 5.5.4");
    other.hears_nothing();
    EXPECT_TRUE(other.server.is_closing());
    EXPECT_TRUE(other.room.mails.empty());
  }
}

TEST_P(Bdat, TheLargestSizeNeverGetsBackToCommands) {
  client.greets();
  client.names_envelope();
  client.says("BDAT 18446744073709551615");
  for (int i = 0; i < 50; ++i) client.says("QUIT", ".");
  client.hears_nothing();
  EXPECT_FALSE(client.server.is_closing());
  EXPECT_TRUE(client.only_mail().aborted) << "over the limit, and no octet of it is kept";
}

TEST_P(Bdat, TooMuchIsDrainedAndRefused) {
  client.greets();
  client.names_envelope();
  chunk(std::string(60, 'x'));
  client.hears("250");
  chunk(std::string(60, 'x'));
  client.hears("552 5.3.4");
  EXPECT_TRUE(client.only_mail().aborted);
  chunk("x", true);
  client.hears("503 5.5.1");
  client.names_envelope();
  chunk(std::string(101, 'x'), true);
  client.hears("552 5.3.4");
  client.says("NOOP");
  client.hears("250 2.0.0");
  client.hears_nothing();
}

TEST_P(Bdat, TheLineEndItAddsCountsToo) {
  client.greets();
  client.names_envelope();
  chunk(std::string(99, 'x'), true);
  client.hears("552 5.3.4");
  EXPECT_TRUE(client.only_mail().aborted);
  client.names_envelope();
  chunk(std::string(98, 'x'), true);
  client.hears("250");
}

TEST_P(Bdat, WaitsForTheOutcomeLikeData) {
  client.room.answers_at_once = false;
  client.greets();
  client.names_envelope();
  chunk("x", true);
  client.says("NOOP");
  client.hears_nothing();
  EXPECT_FALSE(client.server.wants_input());
  client.server.finish({{250, "2.0.0", "Done"}});
  client.hears("250 2.0.0 Done");
  client.hears("250 2.0.0 Ok");
}

}  // namespace
}  // namespace postern::smtp
