// SPDX-License-Identifier: MIT
#include "smtp/parameters.h"

#include <gtest/gtest.h>

namespace postern::smtp {
namespace {

int mail_code(const std::string& text) {
  mail::Envelope envelope;
  const auto refusal = read_mail_parameters(text, envelope);
  return refusal ? refusal->code : 250;
}

int recipient_code(const std::string& text, bool smtputf8 = false) {
  mail::Recipient recipient;
  const auto refusal = read_recipient_parameters(text, smtputf8, recipient);
  return refusal ? refusal->code : 250;
}

TEST(MailParameters, FillTheEnvelope) {
  mail::Envelope envelope;
  const auto refusal =
      read_mail_parameters(" size=1234 BODY=8bitmime SMTPUTF8 ret=hdrs ENVID=id+2B1 AUTH=<>", envelope);
  EXPECT_FALSE(refusal);
  EXPECT_EQ(envelope.declared_size, 1234u);
  EXPECT_EQ(envelope.body, mail::BodyType::eight_bit_mime);
  EXPECT_TRUE(envelope.smtputf8);
  EXPECT_EQ(envelope.ret, "HDRS");
  EXPECT_EQ(envelope.envid, "id+2B1");
}

TEST(MailParameters, ASizeBeyondAllNumbersIsStillASize) {
  mail::Envelope envelope;
  EXPECT_FALSE(read_mail_parameters(" SIZE=99999999999999999999", envelope));
  EXPECT_EQ(envelope.declared_size, UINT64_MAX);
}

TEST(MailParameters, AreRefusedWithTheRightCode) {
  const std::pair<std::string, int> cases[] = {
      {"", 250},
      {"   ", 250},
      {" BODY=7BIT", 250},
      {" AUTH=user+40example.org", 250},
      {"SIZE=1", 501},
      {" SIZE", 501},
      {" SIZE=", 501},
      {" SIZE=-1", 501},
      {" SIZE=1x", 501},
      {" SIZE=123456789012345678901", 501},
      {" SIZE=1 SIZE=1", 501},
      {" BODY", 501},
      {" BODY=BINARYMIME", 501},
      {" SMTPUTF8=1", 501},
      {" RET=BOTH", 501},
      {" ENVID=", 501},
      {" ENVID=a+0D+0Ab", 501},  // would become a line of the DSN's header
      {" ENVID=a+0", 501},
      {" ENVID=" + std::string(100, 'a'), 250},
      {" ENVID=" + std::string(101, 'a'), 501},
      {" AUTH", 501},
      {" AUTH=a=b", 501},
      {" =1", 501},
      {" -X=1", 501},
      {" X@Y", 501},
      {" NOTIFY=NEVER", 555},
      {" XTRA", 555},
      {" XTRA=1", 555},
  };
  for (const auto& [text, code] : cases) EXPECT_EQ(mail_code(text), code) << text;
}

TEST(RecipientParameters, FillTheRecipient) {
  mail::Recipient recipient;
  EXPECT_FALSE(
      read_recipient_parameters(" NOTIFY=success,Delay ORCPT=rfc822;User+2Btag@example.org", false, recipient));
  EXPECT_EQ(recipient.notify, "SUCCESS,DELAY");
  EXPECT_EQ(recipient.orcpt, "rfc822;User+2Btag@example.org");
}

TEST(RecipientParameters, AreRefusedWithTheRightCode) {
  const std::pair<std::string, int> cases[] = {
      {"", 250},
      {" NOTIFY=NEVER", 250},
      {" NOTIFY=SUCCESS,FAILURE,DELAY", 250},
      {" NOTIFY", 501},
      {" NOTIFY=", 501},
      {" NOTIFY=NEVER,SUCCESS", 501},
      {" NOTIFY=SUCCESS,NEVER", 501},
      {" NOTIFY=SUCCESS,", 501},
      {" NOTIFY=,SUCCESS", 501},
      {" NOTIFY=SUCCESS,SUCCESS", 501},
      {" ORCPT=rfc822", 501},
      {" ORCPT=;x", 501},
      {" ORCPT=rfc822;", 501},
      {" ORCPT=rfc 822;x", 501},
      {" ORCPT=rfc822;a+0Ab", 501},
      {" ORCPT=rfc822;a+zz", 501},
      {" ORCPT=utf-8;\xC3\xBC@x", 501},
      {" ORCPT=rfc822;" + std::string(493, 'a'), 250},
      {" ORCPT=rfc822;" + std::string(494, 'a'), 501},
      {" SIZE=1", 555},
  };
  for (const auto& [text, code] : cases) EXPECT_EQ(recipient_code(text), code) << text;
}

TEST(RecipientParameters, TakeUtf8OnlyInAnSmtputf8Transaction) {
  EXPECT_EQ(recipient_code(" ORCPT=utf-8;\xC3\xBC@x", true), 250);
  EXPECT_EQ(recipient_code(" ORCPT=rfc822;\xC3\xBC@x", true), 501);
  EXPECT_EQ(recipient_code(" ORCPT=utf-8;\xC3@x", true), 501);
}

}  // namespace
}  // namespace postern::smtp
