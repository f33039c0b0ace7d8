// SPDX-License-Identifier: MIT
#include "clamscan/database.h"

#include <gtest/gtest.h>

namespace postern::clamscan {
namespace {

std::string filled(std::string head) {
  head.resize(head_size, ' ');
  return head;
}

const std::string usual = "ClamAV-VDB:16 Sep 2026 10-20 +0000:27820:2077123:90:0123456789abcdef0123456789abcdef:c2lnbmF0dXJl/+=:raynman:1789554000";

TEST(ClamscanDatabase, TellsVersionAndDate) {
  const auto head = parse_head(filled(usual) + "more");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->version, "27820");
  EXPECT_EQ(head->time, 1789554000);
}

TEST(ClamscanDatabase, TellsNothingOfAHeadThatIsNone) {
  for (const std::string& bad : {usual, filled(""), filled("ClamAV-VDB"), filled("X" + usual), filled(usual + ":1"), filled(usual + "x"),
                                 filled(usual.substr(0, usual.rfind(':'))), filled("ClamAV-VDB:a:b:c:d:e:f:g:1"), filled("ClamAV-VDB:a:1:c:d:e:f:g:-1"),
                                 filled("ClamAV-VDB:a:1:c:d:e:f:g:99999999999999999999")})
    EXPECT_FALSE(parse_head(bad)) << bad;
  for (size_t n = 0; n < head_size; ++n) EXPECT_FALSE(parse_head(filled(usual).substr(0, n))) << n;
}

}  // namespace
}  // namespace postern::clamscan
