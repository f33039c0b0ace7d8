// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "deliver/courier.h"

namespace postern::deliver {
namespace {

TEST(NextHop, IsReadWithProtocolAndEndpoint) {
  const auto hop = NextHop::parse("smtp:[127.0.0.1]:10025");
  ASSERT_TRUE(hop);
  EXPECT_EQ(hop->protocol, NextHop::Protocol::smtp);
  EXPECT_EQ(hop->endpoint.host, "127.0.0.1");
  EXPECT_EQ(hop->endpoint.port, "10025");
  EXPECT_EQ(NextHop::parse("lmtp:[::1]:24")->endpoint.host, "::1");
  EXPECT_EQ(NextHop::parse("lmtp:unix:/run/lmtp")->protocol, NextHop::Protocol::lmtp);
  EXPECT_EQ(NextHop::parse("lmtp:unix:/run/lmtp")->endpoint.path, "/run/lmtp");
}

TEST(NextHop, ReadsWhatItWrites) {
  for (const char* text : {"smtp:[host]:25", "smtp:[::1]:10025", "lmtp:unix:/run/x.sock", "smtp:[127.0.0.1]:10025"}) {
    const auto hop = NextHop::parse(text);
    ASSERT_TRUE(hop) << text;
    EXPECT_EQ(hop->text(), text);
  }
  EXPECT_EQ(NextHop::parse("smtp:127.0.0.1:10025")->text(), "smtp:[127.0.0.1]:10025") << "as amavisd writes it";
}

TEST(NextHop, RefusesWhatIsNone) {
  for (const char* text : {"", "smtp", "smtp:", "127.0.0.1:25", "smtp:host", "smtp:host:0", "smtp:host:70000",
                           "pipe:x:1", "smtp:unix:relative", "SMTP:host:25"})
    EXPECT_FALSE(NextHop::parse(text)) << text;
}

}  // namespace
}  // namespace postern::deliver
