// SPDX-License-Identifier: MIT
// An engine that dies, freezes, or answers something else than it should: no answer is not "clean".
#include <gtest/gtest.h>
#include <signal.h>

#include "faults/house.h"
#include "faults/stand_in_clamd.h"
#include "support/clamd.h"

namespace postern::faults {
namespace {

using Manner = StandInClamd::Manner;

void expect_deferred(House& house, const Letter& letter) {
  EXPECT_EQ(house.sends(letter).substr(0, 3), "451");
  EXPECT_EQ(house.delivered(letter), 0u);
}

TEST(ManagedClamd, killed_in_mid_scan_is_restarted_and_mail_flows_again) {
  House house({.managed_clamd = true});
  const pid_t engine = house.engine();
  ::kill(engine, SIGSTOP);  // so that the scan is under way for as long as we want
  const Letter letter = house.clean(), evil = house.virus();
  auto one = house.begins(letter), two = house.begins(evil);
  house.worker_in("scan");
  ::kill(engine, SIGKILL);
  EXPECT_EQ(one.get().substr(0, 3), "451");
  EXPECT_EQ(two.get().substr(0, 3), "451");
  EXPECT_TRUE(is_success(house.insists_on(letter)));
  EXPECT_TRUE(is_success(house.insists_on(evil)));
  EXPECT_EQ(house.delivered(letter), 1u);
  EXPECT_TRUE(house.is_quarantined(evil));
  EXPECT_NE(house.engine(), engine);
  house.serves_on();
}

TEST(ManagedClamd, that_only_just_starts_is_not_called_down) {
  House house({.managed_clamd = true});
  house.daemon.wait_for_scanners();
  EXPECT_NE(house.daemon.log().find("scanner clamav is starting"), std::string::npos);
  EXPECT_EQ(house.daemon.log().find("is down"), std::string::npos);
}

TEST(GivenClamd, killed_defers_mail_until_it_is_back) {
  testing::Clamd clamd;
  House house({.extra = "[scan]\nverdict-cache = 0\n", .clamd = clamd.socket()});
  house.serves_on();
  clamd.kill();
  expect_deferred(house, house.clean());
  expect_deferred(house, house.virus());
  clamd.start();
  house.serves_on();
}

// What clamd said of these very bytes a moment ago holds a virus back also when it cannot be asked about the rest of the mail.
TEST(GivenClamd, killed_lets_no_virus_pass_that_is_known) {
  testing::Clamd clamd;
  House house({.clamd = clamd.socket()});
  house.serves_on();
  clamd.kill();
  const Letter evil = house.virus();
  EXPECT_EQ(house.sends(evil).substr(0, 9), "250 2.7.0");
  EXPECT_TRUE(house.is_quarantined(evil));
  EXPECT_EQ(house.delivered(evil), 0u);
  expect_deferred(house, house.clean());
}

TEST(GivenClamd, frozen_defers_mail_at_the_deadline) {
  testing::Clamd clamd;
  House house({.extra = "[scanner.clamav]\ntimeout = \"1s\"\n", .clamd = clamd.socket()});
  house.serves_on();
  clamd.freeze();
  expect_deferred(house, house.clean());
  expect_deferred(house, house.virus());
  clamd.thaw();
  house.serves_on();
}

class MadClamd : public ::testing::TestWithParam<std::pair<const char*, Manner>> {};

TEST_P(MadClamd, is_not_believed) {
  const StandInClamd clamd(GetParam().second);
  testing::Clamd sane;
  House house({.extra = "[scanner.clamav]\ntimeout = \"1s\"\n", .clamd = clamd.path()});
  expect_deferred(house, house.clean());
  expect_deferred(house, house.virus());
  house.balances();
  house.daemon.configure(house.configuration(
      {.extra = "[scanner.clamav]\nserver = \"unix:" + sane.socket() + "\"\n", .clamd = sane.socket()}));
  house.daemon.reload();
  house.serves_on();
}

INSTANTIATE_TEST_SUITE_P(Each, MadClamd,
                         ::testing::Values(std::pair("garbage", Manner::garbage), std::pair("cut", Manner::cut),
                                           std::pair("error", Manner::error), std::pair("silence", Manner::silence)),
                         [](const auto& each) { return each.param.first; });

}  // namespace
}  // namespace postern::faults
