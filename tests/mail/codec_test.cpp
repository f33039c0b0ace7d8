// SPDX-License-Identifier: MIT
#include "mail/codec.h"

#include <gtest/gtest.h>

namespace postern::mail {
namespace {

TEST(Codec, BringsAReceivedMailAcrossWhole) {
  ReceivedMail mail;
  mail.mail_id = "Abcdefghijk1";
  mail.log_id = "17-2";
  mail.envelope.sender = "a@example.org";
  mail.envelope.body = BodyType::eight_bit_mime;
  mail.envelope.smtputf8 = true;
  mail.envelope.ret = "HDRS";
  mail.envelope.envid = "QQ+2B1";
  mail.envelope.declared_size = 1234;
  mail.envelope.recipients = {{"b@example.org", "SUCCESS,DELAY", "rfc822;c+40d"}, {"e@example.org", "", ""}};
  mail.client = {"mx.example.org", "192.0.2.7", "40001", "mx", "ESMTP", "REMOTE", "4XyZ"};
  mail.protocol = Protocol::lmtp;
  mail.arrived = std::chrono::system_clock::time_point(std::chrono::milliseconds(1790000000123));

  base::WireWriter out;
  write(out, mail);
  base::WireReader in(out.bytes());
  const ReceivedMail back = read_received_mail(in);

  EXPECT_TRUE(in.at_end());
  EXPECT_EQ(back.envelope.sender, "a@example.org");
  EXPECT_EQ(back.envelope.declared_size, 1234u);
  ASSERT_EQ(back.envelope.recipients.size(), 2u);
  EXPECT_EQ(back.envelope.recipients[0].orcpt, "rfc822;c+40d");
  EXPECT_EQ(back.client.ident, "4XyZ");
  EXPECT_EQ(back.protocol, Protocol::lmtp);
  EXPECT_EQ(back.arrived, mail.arrived);
}

TEST(Codec, RefusesEveryCutMessage) {
  Part part;
  part.path = "1.2";
  part.names = {"a", "b"};
  part.defects = {{DefectKind::limit, "limit-depth", "text"}};
  base::WireWriter out;
  write(out, part);
  for (size_t n = 0; n < out.bytes().size(); ++n) {
    base::WireReader in(std::string_view(out.bytes()).substr(0, n));
    EXPECT_THROW(read_part(in), base::WireError) << "cut at " << n;
  }
}

TEST(Codec, RefusesAnEnumeratorThatDoesNotExist) {
  base::WireWriter out;
  out.u32(99).text("code").text("text");
  base::WireReader in(out.bytes());
  EXPECT_THROW(read_defect(in), base::WireError);
}

TEST(Outcome, NobodySpokeForARecipientMeansComeAgainLater) {
  const RecipientOutcome silent;
  EXPECT_EQ(silent.reply.code, 451);
  EXPECT_EQ(silent.disposition, Disposition::deferred);
}

}  // namespace
}  // namespace postern::mail
