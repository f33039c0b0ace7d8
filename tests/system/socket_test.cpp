// SPDX-License-Identifier: MIT
// A daemon that opens files itself, through the whole house: it finds them where posternd has made room for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/client.h"
#include "support/daemon.h"
#include "support/next_hop.h"
#include "support/samples.h"
#include "support/stand_in.h"

namespace postern::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// As Sophie answers for a folder.
void sophie(StandIn::Talk& talk) {
  std::string folder = talk.read_until("\n");
  if (folder.empty()) return;
  folder.pop_back();
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  talk.say(all.find("EICAR-STANDARD") == std::string::npos ? "0" : "1:EICAR-AV-Test");
}

TEST(ScannerOnASocket, OpensWhatItIsGivenAndNothingIsLeft) {
  StandIn scanner(sophie);
  RecordingNextHop hop;
  Daemon daemon({.next_hop = hop.endpoint(),
                 .extra = "[scanner.sophos]\nplugin = \"socket\"\npreset = \"sophie\"\nserver = \"" + scanner.endpoint() +
                          "\"\ndirectory = \"{runtime}/parts\"\n"});
  daemon.wait_for_scanners();  // so the self-test has found EICAR
  EXPECT_THAT(Client(daemon.address()).sends({.content = clean()}), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_EQ(hop.mails().size(), 1u);
  Client(daemon.address()).sends({.content = eicar_mail()});
  EXPECT_NO_THROW(daemon.wait_for_log("Blocked INFECTED (EICAR-AV-Test)"));
  EXPECT_EQ(hop.mails().size(), 1u);
  EXPECT_TRUE(std::filesystem::is_empty(daemon.runtime() / "parts"));
}

}  // namespace
}  // namespace postern::testing
