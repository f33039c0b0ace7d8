// SPDX-License-Identifier: MIT
// What goes through the filter beside the content: recipients, their replies, parameters, who the client was.
#include "system/house.h"

namespace postern::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class Envelope : public House {};

TEST_F(Envelope, LmtpAnswersForEachRecipient) {
  hop().answers("RCPT TO:<gone@example.org>", "550 5.1.1 no such user");
  hop().answers("RCPT TO:<full@example.org>", "452 4.2.2 mailbox full");
  Client client = lmtp();
  EXPECT_THAT(client.sends({.recipients = {{"good@example.org"}, {"gone@example.org"}, {"full@example.org"}},
                            .content = clean()}),
              ElementsAre(StartsWith("250 2.0.0"), AllOf(StartsWith("550 5.1.1"), HasSubstr("no such user")),
                          StartsWith("452 4.2.2")));
  ASSERT_THAT(hop().mails(), SizeIs(1));
  EXPECT_EQ(hop().mails()[0].recipients.at(0).address, "good@example.org");
}

TEST_F(Envelope, SmtpTellsTheSenderOfARefusedRecipient) {
  hop().answers("RCPT TO:<gone@example.org>", "550 5.1.1 no such user");
  Client client = smtp();
  EXPECT_THAT(client.sends({.recipients = {{"good@example.org"}, {"gone@example.org"}}, .content = clean()}),
              ElementsAre(StartsWith("250 2")));
  const auto mails = hop().wait_for(2);
  EXPECT_EQ(mails[0].recipients.at(0).address, "good@example.org");
  EXPECT_EQ(mails[1].sender, "");
  EXPECT_EQ(mails[1].recipients.at(0).address, "sender@example.org");
  EXPECT_THAT(mails[1].content,
              AllOf(HasSubstr("multipart/report"), HasSubstr("gone@example.org"), HasSubstr("5.1.1")));
}

TEST_F(Envelope, SmtpRefusesWhatEverybodyRefuses) {
  hop().answers("RCPT TO:", "550 5.1.1 no such user");
  Client client = smtp();
  EXPECT_THAT(client.sends({.recipients = {{"a@example.org"}, {"b@example.org"}}, .content = clean()}),
              ElementsAre(StartsWith("550 5.1.1")));
  EXPECT_THAT(hop().mails(), IsEmpty());
}

TEST_F(Envelope, ATemporaryRefusalOfOneDefersAllInSmtpAndDeliversNothingTwice) {
  hop().answers("RCPT TO:<full@example.org>", "452 4.2.2 mailbox full");
  Client client = smtp();
  EXPECT_THAT(client.sends({.recipients = {{"good@example.org"}, {"full@example.org"}}, .content = clean()}),
              ElementsAre(StartsWith("452 4.2.2")));
  EXPECT_THAT(hop().mails(), IsEmpty());
}

TEST_F(Envelope, TheOriginalClientIsPassedOn) {
  Client client = smtp();
  client.sends(
      {.content = clean(),
       .xforward =
           "NAME=mx.example.net ADDR=192.0.2.7 PORT=4711 PROTO=ESMTP HELO=hello.example.net IDENT=4XyZ SOURCE=REMOTE"});
  ASSERT_THAT(hop().mails(), SizeIs(1));
  EXPECT_THAT(hop().mails()[0].xforward,
              UnorderedElementsAre(Pair("NAME", "mx.example.net"), Pair("ADDR", "192.0.2.7"), Pair("PORT", "4711"),
                                   Pair("PROTO", "ESMTP"), Pair("HELO", "hello.example.net"), Pair("IDENT", "4XyZ"),
                                   Pair("SOURCE", "REMOTE")));
  logs("[192.0.2.7]");
  logs("Queue-ID: 4XyZ");
}

TEST_F(Envelope, ParametersArePassedOn) {
  Client client = smtp();
  client.sends({.sender = "s\xc3\xa4nder@example.org",
                .parameters = "BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ314159",
                .recipients = {{"a@example.org", "NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first@example.org"},
                               {"b@example.org", "NOTIFY=NEVER"}},
                .content = utf8_header_mail()});
  ASSERT_THAT(hop().mails(), SizeIs(1));
  const KeptMail mail = hop().mails()[0];
  EXPECT_EQ(mail.sender, "s\xc3\xa4nder@example.org");
  EXPECT_THAT(mail.parameters, AllOf(HasSubstr("BODY=8BITMIME"), HasSubstr("SMTPUTF8"), HasSubstr("RET=HDRS"),
                                     HasSubstr("ENVID=QQ314159")));
  EXPECT_THAT(mail.recipients.at(0).parameters,
              AllOf(HasSubstr("NOTIFY=SUCCESS,FAILURE"), HasSubstr("ORCPT=rfc822;first@example.org")));
  EXPECT_EQ(mail.recipients.at(1).parameters, "NOTIFY=NEVER");
}

TEST_F(Envelope, TheNullSenderIsPassedOn) {
  Client client = smtp();
  client.sends({.sender = "", .content = clean()});
  EXPECT_EQ(hop().mails().at(0).sender, "");
}

TEST_F(Envelope, ConnectionsCarryManyMailsAtBothSides) {
  Client client = smtp();
  for (int n = 0; n < 5; ++n) EXPECT_THAT(client.sends({.content = clean()}), ElementsAre(StartsWith("250")));
  client.quits();
  EXPECT_THAT(hop().mails(), SizeIs(5));
}

TEST_F(Envelope, AUnixSocketIsAListenerToo) {
  Client client(unix_listener(), {.lmtp = true});
  EXPECT_THAT(client.sends({.content = clean()}), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_THAT(hop().mails().at(0).content, HasSubstr("with LMTP"));
}

TEST_F(Envelope, StrangersAreRefusedAtTheDoor) {
  Client client(forbidden_listener());
  client.hears("554 5.7.1");
  EXPECT_TRUE(client.hears_the_end());
}

TEST_F(Envelope, AClientThatGoesAwayLeavesNothingBehind) {
  Client client = smtp();
  client.greets();
  client.says("MAIL FROM:<a@example.org>");
  client.hears("250");
  client.vanishes();
  EXPECT_THAT(smtp().sends({.content = clean()}), ElementsAre(StartsWith("250")));
  daemon().wait_until("no session is open", [](const nlohmann::json& now) { return now["counters"]["sessions"] == 0; });
}

}  // namespace
}  // namespace postern::testing
