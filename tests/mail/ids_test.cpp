// SPDX-License-Identifier: MIT
#include "mail/ids.h"

#include <gtest/gtest.h>

#include <set>

namespace postern::mail {
namespace {

TEST(MailId, IsFreshAndRecognisedAsOurs) {
  std::set<std::string> seen;
  for (int i = 0; i < 2000; ++i) {
    const std::string id = new_mail_id();
    EXPECT_TRUE(is_mail_id(id)) << id;
    EXPECT_TRUE(seen.insert(id).second) << id;
  }
}

TEST(MailId, RefusesWhatCouldBeAPathAnOptionOrTooMuch) {
  for (const char* text : {"", "../../../etc", "Abcdefghijk", "Abcdefghijk12", "-bcdefghijk1", "Abcdefghijk_", "Abcdef/hijk1", "Abcdef.hijk1"})
    EXPECT_FALSE(is_mail_id(text)) << text;
}

}  // namespace
}  // namespace postern::mail
