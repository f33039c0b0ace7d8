// SPDX-License-Identifier: MIT
#include "smtp/client_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::smtp {
namespace {

using testing::ElementsAre;

Capabilities offering(std::string_view lines) {
  return capabilities("hop greets you\n" + std::string(lines));
}

std::string mail_command(const mail::Envelope& envelope, const Capabilities& offered, bool smtputf8 = false) {
  std::string line;
  write_mail_command(line, envelope, 1234, smtputf8, offered);
  return line;
}

std::string rcpt_command(const mail::Recipient& recipient, const Capabilities& offered) {
  std::string line;
  write_rcpt_command(line, recipient, offered);
  return line;
}

TEST(Capabilities, AreReadInAnyCaseAndOrder) {
  const Capabilities offered =
      offering("pipelining\n8bitMIME\nSIZE 10240000\nCHUNKING\nsmtputf8\nDSN\nXFORWARD name ADDR");
  EXPECT_TRUE(offered.pipelining && offered.eight_bit_mime && offered.smtputf8 && offered.dsn && offered.size);
  EXPECT_EQ(offered.size_limit, 10240000u);
  EXPECT_THAT(offered.xforward, ElementsAre("NAME", "ADDR"));
}

TEST(Capabilities, AreNotTakenFromTheGreetingOrFromLongerWords) {
  const Capabilities offered = capabilities("PIPELINING\nDSNX\nSIZEABLE 1");
  EXPECT_FALSE(offered.pipelining || offered.dsn || offered.size);
}

TEST(Capabilities, ReadASizeWithoutANumberAsNoLimit) {
  EXPECT_TRUE(offering("SIZE").size);
  EXPECT_EQ(offering("SIZE").size_limit, 0u);
  EXPECT_EQ(offering("SIZE x").size_limit, 0u);
  EXPECT_EQ(offering("SIZE 99999999999999999999999").size_limit, 0u);
}

TEST(MailCommand, PassesParametersAsTheyCameWhereOffered) {
  mail::Envelope envelope;
  envelope.sender = "a@example.org";
  envelope.body = mail::BodyType::eight_bit_mime;
  envelope.ret = "HDRS";
  envelope.envid = "QQ314159+2B";
  EXPECT_EQ(mail_command(envelope, offering("SIZE\n8BITMIME\nSMTPUTF8\nDSN"), true),
            "MAIL FROM:<a@example.org> SIZE=1234 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ314159+2B");
  EXPECT_EQ(mail_command(envelope, offering("HELP")), "MAIL FROM:<a@example.org>");
  envelope.body = mail::BodyType::seven_bit;
  EXPECT_EQ(mail_command(envelope, offering("8BITMIME")), "MAIL FROM:<a@example.org> BODY=7BIT");
  envelope.body = mail::BodyType::unspecified;
  EXPECT_EQ(mail_command(envelope, offering("8BITMIME")), "MAIL FROM:<a@example.org>");
}

TEST(MailCommand, WritesTheNullReversePath) {
  EXPECT_EQ(mail_command({}, {}), "MAIL FROM:<>");
}

TEST(RcptCommand, PassesDsnParametersVerbatimOrNotAtAll) {
  const mail::Recipient recipient{"\"a b\"@example.org", "SUCCESS,FAILURE", "rfc822;user+2Btag@example.org"};
  EXPECT_EQ(rcpt_command(recipient, offering("DSN")),
            "RCPT TO:<\"a b\"@example.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;user+2Btag@example.org");
  EXPECT_EQ(rcpt_command(recipient, {}), "RCPT TO:<\"a b\"@example.org>");
}

TEST(Xforward, SendsWhatIsOfferedAsXtext) {
  const mail::Client client{"mx.example.org", "2001:db8::1", "25", "he+lo=x y\xff", "ESMTP", "REMOTE", "4XyZ"};
  EXPECT_THAT(xforward_commands(client, offering("XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE LOGIN")),
              ElementsAre("XFORWARD NAME=mx.example.org ADDR=IPV6:2001:db8::1 PORT=25 PROTO=ESMTP "
                          "HELO=he+2Blo+3Dx+20y+FF IDENT=4XyZ SOURCE=REMOTE"));
  EXPECT_THAT(xforward_commands(client, offering("XFORWARD ADDR")), ElementsAre("XFORWARD ADDR=IPV6:2001:db8::1"));
  EXPECT_THAT(xforward_commands(client, {}), ElementsAre());
}

TEST(Xforward, SaysUnavailableForWhatIsUnknown) {
  EXPECT_THAT(xforward_commands({}, offering("XFORWARD NAME ADDR")),
              ElementsAre("XFORWARD NAME=[UNAVAILABLE] ADDR=[UNAVAILABLE]"));
}

TEST(Xforward, KeepsEachCommandWithin512Octets) {
  mail::Client client;
  client.name = std::string(250, 'n');
  client.helo = std::string(250, 'h');
  client.ident = std::string(250, '=');  // 750 octets of xtext fit nowhere
  const auto commands = xforward_commands(client, offering("XFORWARD NAME HELO IDENT PORT"));
  ASSERT_EQ(commands.size(), 2u);
  for (const std::string& command : commands) EXPECT_LE(command.size() + 2, 512u);
  EXPECT_EQ(commands[1], "XFORWARD HELO=" + client.helo + " IDENT=[UNAVAILABLE] PORT=[UNAVAILABLE]");
}

TEST(Sendable, RefusesWhatWouldBreakTheLine) {
  mail::Envelope envelope;
  envelope.sender = "a@example.org";
  EXPECT_TRUE(is_sendable(envelope, {"\"a> b\"@example.org", "", ""}));
  for (const char* address : {"", "a\r\nDATA", "a\nb", "a> SIZE=1", "a b", "\"open", "\"a\r\n\"@b"})
    EXPECT_FALSE(is_sendable(envelope, {address, "", ""})) << address;
  EXPECT_FALSE(is_sendable(envelope, {"b@example.org", "NEVER\r\n", ""}));
  EXPECT_FALSE(is_sendable(envelope, {"b@example.org", "", "rfc822;a b"}));
  envelope.envid = "x\n";
  EXPECT_FALSE(is_sendable(envelope, {"b@example.org", "", ""}));
}

}  // namespace
}  // namespace postern::smtp
