// SPDX-License-Identifier: MIT
#include "mail/received_mail.h"

#include <gtest/gtest.h>

namespace postern::mail {
namespace {

TEST(HeaderField, UnfoldsAndTrims) {
  EXPECT_EQ(header_field("Subject: one\r\n  two\r\n\tthree \r\nTo: x\r\n\r\nSubject: body\r\n", "subject"), "one  two\tthree");
}

TEST(HeaderField, CountsRepetitionsAndStopsAtTheBody) {
  const char* mail = "Received: a\r\nreceived: b\r\n\r\nReceived: c\r\n";
  EXPECT_EQ(header_field(mail, "Received", 1), "b");
  EXPECT_EQ(header_field(mail, "Received", 2), "");
}

TEST(HeaderField, DoesNotTakeALongerNameForIt) { EXPECT_EQ(header_field("Subject-Old: x\r\n\r\n", "Subject"), ""); }

}  // namespace
}  // namespace postern::mail
