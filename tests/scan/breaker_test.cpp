// SPDX-License-Identifier: MIT
#include "scan/breaker.h"

#include <gtest/gtest.h>

#include "postern/plugin.h"

namespace postern::scan {
namespace {

using namespace std::chrono_literals;
using mail::ScanState;

constexpr int64_t second = 1'000'000'000;

mail::ScanReport report(ScanState state) {
  mail::ScanReport r;
  r.state = state;
  r.reason = "why";
  return r;
}

TEST(Breaker, LetsOneTryAfterTheRestAndKeepsTheOthersAway) {
  ScannerRecord record;
  Now now{100 * second, 1000};
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(admit(record, now, 60s).may_ask);
    take_down(record, report(ScanState::failed), now);
  }
  EXPECT_FALSE(admit(record, now, 60s).may_ask);
  now.steady_ns += second;
  EXPECT_TRUE(admit(record, now, 60s).may_ask);
  EXPECT_FALSE(admit(record, now, 60s).may_ask) << "another one is trying";
  now.steady_ns += 61 * second;
  EXPECT_TRUE(admit(record, now, 60s).may_ask) << "that one never came back";
  take_down(record, report(ScanState::answered), now);
  EXPECT_TRUE(admit(record, now, 60s).may_ask);
  EXPECT_TRUE(admit(record, now, 60s).may_ask);
}

TEST(Breaker, LetsAnotherTryWhereTheOneWhoTriedCouldNotAsk) {
  ScannerRecord record;
  const Now now{100 * second, 1000}, later{102 * second, 1002};
  for (int i = 0; i < 3; ++i) take_down(record, report(ScanState::failed), now);
  EXPECT_TRUE(admit(record, later, 60s).may_ask);
  EXPECT_FALSE(admit(record, later, 60s).may_ask);
  give_up_trying(record, later);
  EXPECT_TRUE(admit(record, later, 60s).may_ask);
}

TEST(Breaker, RestsAtMostThreeSeconds) {
  ScannerRecord record;
  Now now{100 * second, 1000};
  for (int i = 0; i < 500; ++i) take_down(record, report(ScanState::failed), now);
  EXPECT_FALSE(admit(record, {now.steady_ns + 3 * second - 1, 1003}, 60s).may_ask);
  EXPECT_TRUE(admit(record, {now.steady_ns + 3 * second, 1003}, 60s).may_ask);
}

TEST(Breaker, OpensAtOneTimeoutUnlessTheEngineSaysItIsWell) {
  ScannerRecord silent, well;
  well.state = POSTERN_UP;
  well.checked = 1000;
  const Now now{100 * second, 1005};
  take_down(silent, report(ScanState::timed_out), now);
  take_down(well, report(ScanState::timed_out), now);
  EXPECT_FALSE(admit(silent, now, 60s).may_ask);
  EXPECT_TRUE(admit(well, now, 60s).may_ask) << "it was the mail's time, not the engine's";
}

TEST(Breaker, BelievesHealthOnlyWhileItIsNews) {
  ScannerRecord record;
  record.state = POSTERN_DOWN;
  record.checked = 1000;
  EXPECT_FALSE(admit(record, {0, 1015}, 60s).may_ask);
  EXPECT_TRUE(admit(record, {0, 1016}, 60s).may_ask);
  record.state = engine_starting;
  EXPECT_FALSE(admit(record, {0, 1001}, 60s).may_ask);
  record.state = POSTERN_DEGRADED;
  EXPECT_TRUE(admit(record, {0, 1001}, 60s).may_ask);
}

TEST(Breaker, DoesNotMakeOthersSufferForAMailThatKillsAScanner) {
  ScannerRecord record;
  for (int i = 0; i < 10; ++i) take_down(record, report(ScanState::crashed), {0, 0});
  EXPECT_TRUE(admit(record, {0, 0}, 60s).may_ask);
  EXPECT_EQ(record.crashed, 10u);
}

TEST(Breaker, OnlyWhatWasTimedCountsAsItsTime) {
  ScannerRecord record;
  mail::ScanReport untimed = report(ScanState::answered);
  untimed.elapsed = std::chrono::seconds(1);
  untimed.timed = false;
  take_down(record, untimed, {0, 0});
  EXPECT_EQ(record.answered, 1u);
  EXPECT_EQ(record.latencies.quantile(0.5).count(), 0);
}

TEST(Latencies, AreToldToAFifth) {
  Latencies latencies;
  EXPECT_EQ(latencies.quantile(0.5).count(), 0);
  for (int i = 0; i < 90; ++i) latencies.add(1000us);
  for (int i = 0; i < 10; ++i) latencies.add(1s);
  EXPECT_NEAR(static_cast<double>(latencies.quantile(0.5).count()), 1000, 200);
  EXPECT_NEAR(static_cast<double>(latencies.quantile(0.95).count()), 1e6, 2e5);
  latencies.add(std::chrono::hours(24 * 365));
  latencies.add(0us);
  EXPECT_GT(latencies.quantile(1).count(), 1'000'000'000);
}

}  // namespace
}  // namespace postern::scan
