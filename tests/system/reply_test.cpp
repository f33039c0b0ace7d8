// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "support/clamd.h"
#include "support/client.h"
#include "support/daemon.h"
#include "support/next_hop.h"
#include "support/samples.h"

namespace postern::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::StartsWith;

TEST(Reply, CleanMailArrives) {
  RecordingNextHop hop;
  Daemon daemon({.next_hop = hop.endpoint(), .clamd = Clamd::shared().socket()});
  daemon.wait_for_scanners();
  Client client(daemon.address());
  EXPECT_THAT(client.sends({.content = clean()}), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_THAT(hop.mails().at(0).content, EndsWith(clean()));
  EXPECT_EQ(daemon.workers().size(), 2u);
  EXPECT_EQ(daemon.unpackers().size(), 2u);
  EXPECT_THAT(client.sends({.content = eicar_zip_in_forwarded_mail()}), ElementsAre(StartsWith("250 2.7.0")));
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

}  // namespace
}  // namespace postern::testing
