// SPDX-License-Identifier: MIT
#include "smtp/server.h"

#include "smtp/dialogue.h"

namespace postern::smtp {
namespace {

POSTERN_ALL_SPLITS(Dialogue);

TEST_P(Dialogue, OfAnOrdinaryMail) {
  client.server.greet();
  EXPECT_TRUE(client.hears("220").starts_with("220 localhost ESMTP"));
  client.says("EHLO client.example.org");
  client.hears("250");
  client.says("MAIL FROM:<a@example.org> SIZE=20 BODY=8BITMIME RET=FULL ENVID=e1");
  client.hears("250 2.1.0");
  client.says("RCPT TO:<b@example.org> NOTIFY=NEVER ORCPT=rfc822;c@example.org");
  client.hears("250 2.1.5");
  EXPECT_TRUE(client.server.in_transaction());
  client.says("DATA");
  client.hears("354");
  client.says("Subject: x", "", "..dot", ".");
  client.hears("250 2.0.0 Taken for b@example.org");
  EXPECT_FALSE(client.server.in_transaction());
  client.says("QUIT");
  client.hears("221");
  EXPECT_TRUE(client.server.is_closing());

  const TakenMail& mail = client.only_mail();
  EXPECT_EQ(mail.content, "Subject: x\r\n\r\n.dot\r\n");
  EXPECT_EQ(mail.protocol, mail::Protocol::esmtp);
  EXPECT_EQ(mail.envelope.sender, "a@example.org");
  EXPECT_EQ(mail.envelope.declared_size, 20u);
  EXPECT_EQ(mail.envelope.envid, "e1");
  ASSERT_EQ(mail.envelope.recipients.size(), 1u);
  EXPECT_EQ(mail.envelope.recipients[0].notify, "NEVER");
  EXPECT_EQ(mail.envelope.recipients[0].orcpt, "rfc822;c@example.org");
}

TEST_P(Dialogue, OffersWhatItCan) {
  client.server.greet();
  client.hears("220");
  client.says("EHLO c");
  const std::string offer = client.hears("250 localhost");
  for (const char* keyword : {"PIPELINING", "SIZE 67108864", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "DSN",
                              "CHUNKING", "XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE"})
    EXPECT_NE(offer.find(std::string(keyword) + "\r\n"), std::string::npos) << keyword;
  client.says("HELO c");
  EXPECT_EQ(client.hears("250"), "250 localhost\r\n");
  EXPECT_EQ(client.server.protocol(), mail::Protocol::smtp);
  client.says("LHLO c");
  client.hears("250");
  EXPECT_EQ(client.server.protocol(), mail::Protocol::lmtp);
  EXPECT_EQ(client.server.helo(), "c");
}

TEST_P(Dialogue, RefusesHostNamesThatAreNone) {
  for (const char* argument : {"", " ", " a b", " \xC3\xBC", " a\"b", " <a>"}) {
    client.says(std::string("EHLO") + argument);
    client.hears("501");
  }
  client.says("MAIL FROM:<a@b>");
  client.hears("503 5.5.1");
}

TEST_P(Dialogue, KeepsToTheSequence) {
  client.greets();
  for (const char* early : {"RCPT TO:<a@b>", "DATA"}) {
    client.says(early);
    client.hears("503 5.5.1");
  }
  client.names_envelope();
  for (const char* late : {"MAIL FROM:<x@y>", "XFORWARD NAME=x"}) {
    client.says(late);
    client.hears("503 5.5.1");
  }
  client.says("RSET", "DATA");
  client.hears("250 2.0.0");
  client.hears("503 5.5.1");
  EXPECT_TRUE(client.room.mails.empty());
}

TEST_P(Dialogue, DataWithoutRecipientsIsRefusedAsTheProtocolWantsIt) {
  client.greets();
  client.names_envelope("a@b", {});
  client.says("DATA", "BDAT 6 LAST", "DATA");  // "DATA" CRLF are the six octets
  client.hears("554 5.5.1");
  client.hears("554 5.5.1");
  client.says("LHLO c", "MAIL FROM:<a@b>", "DATA", "BDAT 0 LAST");
  client.hears("250");
  client.hears("250 2.1.0");
  client.hears("503 5.1.1");
  client.hears("503 5.1.1");
  client.hears_nothing();
}

TEST_P(Dialogue, AnswersTheSmallVerbs) {
  client.greets();
  client.says("NOOP", "noop what ever", "VRFY a@b", "VRFY", "EXPN x", "HELP", "STARTTLS", "BLAH", "", "RSET x",
              "DATA x", "QUIT x");
  for (const char* code : {"250 2.0.0", "250 2.0.0", "252", "501 5.5.4", "502 5.5.1", "502 5.5.1", "502 5.5.1",
                           "500 5.5.2", "500 5.5.2", "501 5.5.4", "501 5.5.4", "501 5.5.4"})
    client.hears(code);
  client.hears_nothing();
}

TEST_P(Dialogue, TakesEverythingInOnePacket) {
  client.server.greet();
  client.says("EHLO c", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA", "one", ".", "MAIL FROM:<e@f>", "RCPT TO:<g@h>",
              "RCPT TO:<i@j>", "DATA", "two", ".", "QUIT", "NOOP");
  for (const char* code : {"220", "250", "250 2.1.0", "250 2.1.5", "354", "250 2.0.0 Taken for c@d", "250 2.1.0",
                           "250 2.1.5", "250 2.1.5", "354", "250 2.0.0 Taken for g@h", "221"})
    client.hears(code);
  client.hears_nothing();
  ASSERT_EQ(client.room.mails.size(), 2u);
  EXPECT_EQ(client.room.mails[0].content, "one\r\n");
  EXPECT_EQ(client.room.mails[1].content, "two\r\n");
  EXPECT_EQ(client.room.mails[1].envelope.recipients.size(), 2u);
}

TEST_P(Dialogue, ReadsNothingBehindTheDotUntilTheMailIsFinished) {
  client.room.answers_at_once = false;
  client.greets();
  client.names_envelope();
  client.says("DATA", "x", ".", "NOOP", "MAIL FROM:<second@example.org>", "NO");
  client.hears("354");
  client.hears_nothing();
  EXPECT_FALSE(client.server.wants_input());
  EXPECT_EQ(client.server.envelope().sender, "a@example.org");
  client.sends("OP\r\n");
  client.hears_nothing();

  client.server.finish({{250, "2.0.0", "Done"}});
  EXPECT_TRUE(client.server.wants_input());
  for (const char* code : {"250 2.0.0 Done", "250 2.0.0 Ok", "250 2.1.0", "500"}) client.hears(code);  // "NO" CRLF
  EXPECT_EQ(client.server.envelope().sender, "second@example.org");
}

TEST_P(Dialogue, TheReplyNobodySetIsTemporary) {
  client.room.answers_at_once = false;
  client.greets("LHLO c");
  client.names_envelope("a@b", {"one@x", "two@x", "three@x"});
  client.says("DATA", ".");
  client.hears("354");
  client.server.finish({{250, "2.0.0", "One"}});
  client.hears("250 2.0.0 One");
  client.hears("451 4.3.0");
  client.hears("451 4.3.0");
  client.greets();
  client.names_envelope();
  client.says("DATA", ".");
  client.hears("354");
  client.server.finish({});
  client.hears("451 4.3.0");
  client.hears_nothing();
}

TEST_P(Dialogue, LmtpAnswersForEachAcceptedRecipientInOrder) {
  client.greets("LHLO c");
  client.says("MAIL FROM:<>", "RCPT TO:<one@x>", "RCPT TO:<bad", "RCPT TO:<two@x>", "RCPT TO:<one@x>", "DATA", "x", ".",
              "NOOP");
  for (const char* code :
       {"250 2.1.0", "250 2.1.5", "501 5.1.3", "250 2.1.5", "250 2.1.5", "354", "250 2.0.0 Taken for one@x",
        "250 2.0.0 Taken for two@x", "250 2.0.0 Taken for one@x", "250 2.0.0 Ok"})
    client.hears(code);
}

TEST_P(Dialogue, ClosesOnTheDriversWishAndAbortsWhatWasUnderWay) {
  client.greets();
  client.names_envelope();
  client.says("DATA", "half");
  client.hears("354");
  client.server.close_with({421, "4.4.2", "Idle for too long"});
  client.hears("421 4.4.2");
  EXPECT_TRUE(client.server.is_closing());
  EXPECT_FALSE(client.server.wants_input());
  EXPECT_TRUE(client.only_mail().aborted);
  client.says(".", "NOOP");
  client.hears_nothing();
}

TEST_P(Dialogue, LostConnectionAbortsContent) {
  client.greets();
  client.names_envelope();
  client.says("BDAT 10", "half");
  client.server.connection_lost();
  EXPECT_TRUE(client.only_mail().aborted);
  client.hears_nothing();
}

TEST_P(Dialogue, WhatIsCompleteIsNotAborted) {
  client.room.answers_at_once = false;
  client.greets();
  client.names_envelope();
  client.says("DATA", ".");
  client.server.connection_lost();
  EXPECT_TRUE(client.only_mail().complete);
  EXPECT_FALSE(client.only_mail().aborted);
  client.hears("354");
  client.server.finish({{250, "2.0.0", "Too late"}});
  client.hears_nothing();
}

TEST_P(Dialogue, RefusesAClientBeforeAWord) {
  client.server.refuse({554, "5.7.1", "Not for you"});
  client.says("EHLO c");
  client.hears("554 5.7.1");
  client.hears_nothing();
  EXPECT_TRUE(client.server.is_closing());
}

TEST_P(Dialogue, ContentCanBeRefusedBeforeItComes) {
  client.room.refusal = mail::Reply{452, "4.3.1", "Full"};
  client.greets();
  client.names_envelope();
  client.says("DATA", "NOOP");
  client.hears("452 4.3.1 Full");
  client.hears("250 2.0.0");
  EXPECT_FALSE(client.server.in_transaction());
  client.names_envelope();
  client.says("BDAT 4", "QQNOOP");  // four octets: "QQNO"
  client.hears("452 4.3.1 Full");
  client.hears("500");
  client.hears_nothing();
}

TEST_P(Dialogue, DrainsWhatCannotBeKept) {
  client.room.space = 10;
  client.greets();
  client.names_envelope();
  client.says("DATA", "0123456789abcdef", "more", ".", "NOOP");
  client.hears("354");
  client.hears("452 4.3.1");
  client.hears("250 2.0.0");
  EXPECT_TRUE(client.only_mail().aborted);
  EXPECT_FALSE(client.only_mail().complete);
}

TEST_P(Dialogue, Utf8AddressesNeedSmtputf8) {
  client.greets();
  client.says("MAIL FROM:<m\xC3\xBCller@example.org>");
  client.hears("553 5.6.7");
  client.says("MAIL FROM:<m\xC3\xBCller@example.org> SMTPUTF8",
              "RCPT TO:<\xE2\x82\xAC@example.org> ORCPT=utf-8;\xE2\x82\xAC@example.org");
  client.hears("250 2.1.0");
  client.hears("250 2.1.5");
  EXPECT_TRUE(client.server.envelope().smtputf8);
  client.says("RSET", "MAIL FROM:<a@b>", "RCPT TO:<\xE2\x82\xAC@example.org>");
  client.hears("250");
  client.hears("250");
  client.hears("553 5.6.7");
}

TEST_P(Dialogue, OddAddressesStayAsTheyAre) {
  client.greets();
  const std::vector<std::string> odd = {"\"a b\"@x", "u@[IPv6:::1]", "o'neil@x",          "|cmd@x",
                                        "a%b@x",     "\"$(id);\"@x", "\"<MAIL FROM>\"@x", std::string(1000, 'l') + "@x",
                                        "PostMaster"};
  client.names_envelope("", odd);
  for (size_t i = 0; i < odd.size(); ++i) EXPECT_EQ(client.server.envelope().recipients[i].address, odd[i]);
  client.says("RCPT TO:<@r:u@h>");
  client.hears("250");
  EXPECT_EQ(client.server.envelope().recipients.back().address, "u@h");
}

TEST_P(Dialogue, RefusesControlCharactersInCommands) {
  client.greets();
  using namespace std::string_literals;
  for (const std::string& line : {"MAIL FROM:<a\0@b>"s, "MAIL FROM:<a@b>\r RCPT TO:<c@d>"s, "NOOP \x7f"s, "NOOP\t"s,
                                  "NOOP \xFF"s, "NOOP \xC2\x85"s, "\0"s}) {
    client.says(line);
    client.hears("501 5.5.2");
  }
  client.hears_nothing();
  EXPECT_FALSE(client.server.in_transaction());
}

TEST_P(Dialogue, NothingBehindABareLineFeedIsACommand) {
  client.greets();
  client.sends("NOOP\nMAIL FROM:<a@b>\nNOOP\r\nNOOP\r\n");
  client.hears("500 5.5.2");
  client.hears("250 2.0.0");
  client.hears_nothing();
  EXPECT_FALSE(client.server.in_transaction());
}

TEST_P(Dialogue, ContentIsNeverCutAtNul) {
  client.greets();
  client.names_envelope();
  std::string all;
  for (int i = 0; i < 256; ++i)
    if (i != '\r' && i != '\n') all += static_cast<char>(i);
  client.says("DATA", all, ".");
  client.hears("354");
  client.hears("250");
  EXPECT_EQ(client.only_mail().content, all + "\r\n");
}

TEST_P(Dialogue, LongContentLinesStayAsTheyAre) {
  client.greets();
  std::string expected;
  client.names_envelope();
  client.says("DATA");
  for (const size_t length : {998u, 999u, 2048u, 300000u}) {
    const std::string line(length, 'x');
    client.says("X-Long: " + line, "", line);
    expected += "X-Long: " + line + "\r\n\r\n" + line + "\r\n";
  }
  client.says(".");
  client.hears("354");
  client.hears("250");
  EXPECT_EQ(client.only_mail().content, expected);
}

class SmallServer : public Dialogue {
 protected:
  static ServerSettings small() {
    ServerSettings settings;
    settings.size_limit = 20;
    settings.recipient_limit = 3;
    settings.line_limit = 100;
    settings.error_limit = 5;
    settings.xforward = false;
    return settings;
  }
  SmallServer() : Dialogue(small()) {}
};
POSTERN_ALL_SPLITS(SmallServer);

TEST_P(SmallServer, RefusesADeclaredSizeOverTheLimit) {
  client.greets();
  client.says("MAIL FROM:<a@b> SIZE=21", "MAIL FROM:<a@b> SIZE=99999999999999999999", "MAIL FROM:<a@b> SIZE=20");
  client.hears("552 5.3.4");
  client.hears("552 5.3.4");
  client.hears("250 2.1.0");
}

TEST_P(SmallServer, DrainsAndRefusesARealSizeOverTheLimit) {
  client.greets();
  client.says("MAIL FROM:<a@b> SIZE=1", "RCPT TO:<c@d>", "DATA", "0123456789", "01234567", ".", "NOOP");
  for (const char* code : {"250", "250", "354", "552 5.3.4", "250 2.0.0 Ok"}) client.hears(code);
  EXPECT_TRUE(client.only_mail().aborted);
  EXPECT_LE(client.only_mail().content.size(), 20u);

  client.names_envelope();
  client.says("DATA", "012345678901234567", ".");  // 20 octets with their CRLF
  client.hears("354");
  client.hears("250");
  EXPECT_EQ(client.room.mails.back().content.size(), 20u);
}

TEST_P(SmallServer, LmtpRefusesTooLargeContentForEach) {
  client.greets("LHLO c");
  client.names_envelope("a@b", {"one@x", "two@x"});
  client.says("DATA", "012345678901234567890123456789", ".");
  for (const char* code : {"354", "552 5.3.4", "552 5.3.4"}) client.hears(code);
  client.hears_nothing();
}

TEST_P(SmallServer, LimitsRecipientsAndCompletesTheAcceptedOnes) {
  client.greets();
  client.names_envelope("a@b", {"1@x", "2@x", "3@x"});
  for (int i = 0; i < 1000; ++i) {
    client.says("RCPT TO:<more@x>");
    client.hears("452 4.5.3");
  }
  client.says("DATA", ".");
  client.hears("354");
  client.hears("250");
  EXPECT_EQ(client.only_mail().envelope.recipients.size(), 3u);
}

TEST_P(SmallServer, EndsTheSessionAfterTooManyErrors) {
  client.greets();
  for (int i = 0; i < 4; ++i) {
    client.says("BLAH");
    client.hears("500 5.5.2");
  }
  client.says("BLAH", "NOOP");
  client.hears("421 4.7.0");
  client.hears_nothing();
  EXPECT_TRUE(client.server.is_closing());
}

TEST_P(SmallServer, ForgivesErrorsAfterAMail) {
  client.greets();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) {
      client.says("BLAH");
      client.hears("500 5.5.2");
    }
    client.names_envelope();
    client.says("DATA", ".");
    client.hears("354");
    client.hears("250");
  }
}

TEST_P(SmallServer, RefusesALongLineAndGoesOnBehindIt) {
  client.greets();
  client.says("NOOP " + std::string(100, 'x'), "NOOP", "NOOP " + std::string(93, 'x'));
  client.hears("500 5.5.2");
  client.hears("250 2.0.0");
  client.hears("250 2.0.0");
  client.hears_nothing();
}

TEST_P(SmallServer, ClosesOnAnEndlessLine) {
  client.greets();
  const std::string part(90, 'x');
  for (int i = 0; i < 1000; ++i) client.sends(part);
  client.hears("500 5.5.2");
  client.hears("421 4.7.0");
  client.hears_nothing();
  EXPECT_TRUE(client.server.is_closing());
}

TEST_P(SmallServer, NeitherOffersNorBelievesXforwardFromStrangers) {
  client.server.greet();
  client.hears("220");
  client.says("EHLO c");
  EXPECT_EQ(client.hears("250").find("XFORWARD"), std::string::npos);
  client.says("XFORWARD NAME=a");
  client.hears("550 5.7.1");
  EXPECT_EQ(client.server.client().name, "");
}

TEST_P(Dialogue, XforwardSaysWhoTheClientWas) {
  client.greets();
  client.says("XFORWARD NAME=spike.example.org ADDR=IPv6:2001:db8::22 PORT=4242 proto=ESMTP",
              "XFORWARD HELO=a+20b IDENT=4FgT7x SOURCE=REMOTE", "XFORWARD NAME=[Unavailable]");
  for (int i = 0; i < 3; ++i) client.hears("250 2.0.0");
  client.names_envelope();
  client.says("DATA", ".");
  client.hears("354");
  client.hears("250");
  const mail::Client& who = client.only_mail().client;
  EXPECT_EQ(who.name, "");
  EXPECT_EQ(who.address, "2001:db8::22");
  EXPECT_EQ(who.port, "4242");
  EXPECT_EQ(who.protocol, "ESMTP");
  EXPECT_EQ(who.helo, "a b");
  EXPECT_EQ(who.ident, "4FgT7x");
  EXPECT_EQ(who.source, "REMOTE");
  EXPECT_EQ(client.server.client().address, "") << "forgotten with the transaction";
}

TEST_P(Dialogue, XforwardIsForgottenAtRset) {
  client.greets();
  client.says("XFORWARD NAME=a", "RSET");
  client.hears("250");
  client.hears("250");
  EXPECT_EQ(client.server.client().name, "");
}

TEST_P(Dialogue, XforwardTakesAllOfACommandOrNothing) {
  client.greets();
  for (const std::string& bad :
       {std::string("NAME=a+0D+0ARCPT"), std::string("NAME=a+00"), std::string("NAME=a+7F"),
        std::string("NAME=a+C2+85"), std::string("NAME=a+FF"), std::string("NAME=a+"), std::string("NAME=a=b"),
        std::string("NAME="), std::string("NAME"), std::string("WHAT=x"), std::string("PORT=x"),
        std::string("PORT=123456"), "PROTO=" + std::string(65, 'p'), "HELO=" + std::string(256, 'h')}) {
    client.says("XFORWARD IDENT=kept " + bad);
    client.hears("501 5.5.4");
    EXPECT_EQ(client.server.client().ident, "") << bad;
  }
  client.says("XFORWARD");
  client.hears("501 5.5.4");
}

TEST(Server, KeepsMemoryFlatOnAnEndlessLine) {
  Client client;
  client.greets();
  const std::string megabyte(1 << 20, 'x');
  for (int i = 0; i < 100; ++i) client.server.receive(megabyte);
  EXPECT_EQ(client.hears_all(), "500 5.5.2 Line too long\r\n421 4.7.0 localhost line too long, closing connection\r\n");
}

TEST(Server, HandsContentOnInTheClientsPieces) {
  Client client;
  client.greets();
  client.names_envelope();
  client.says("DATA");
  std::string packet;
  while (packet.size() < 60000) packet += "An ordinary line of text.\r\n";
  for (int i = 0; i < 10; ++i) client.sends(packet);
  client.says(".");
  client.hears("354");
  client.hears("250");
  EXPECT_EQ(client.only_mail().content.size(), packet.size() * 10);
  EXPECT_EQ(client.room.pieces, 10u);
}

}  // namespace
}  // namespace postern::smtp
