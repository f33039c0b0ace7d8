// SPDX-License-Identifier: MIT
#include "base/progress.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace postern::base {
namespace {

using namespace std::chrono_literals;
using support::Deadline;

uint32_t at_work(const Progress& progress) {
  uint32_t n = 0;
  for (const Progress::Call& call : progress.calls) n += call.instance != 0;
  return n;
}

TEST(CallMark, StandsOnTheBoardAsLongAsItLives) {
  Progress progress;
  const Deadline deadline = Deadline::in(5s);
  {
    const CallMark mark(progress, 3, deadline, 2s);
    EXPECT_EQ(progress.calls[0].instance, 4u);
    EXPECT_EQ(progress.calls[0].kill_after_ns, (deadline.at() + 2s).time_since_epoch().count());
    EXPECT_EQ(current_call, &progress.calls[0]);
  }
  EXPECT_EQ(at_work(progress), 0u);
  EXPECT_EQ(current_call, nullptr);
}

TEST(CallMark, LeavesNoTimeBehindForTheNextCall) {
  Progress progress;
  { const CallMark mark(progress, 0, Deadline::in(-10s), 0ms); }
  EXPECT_EQ(progress.calls[0].kill_after_ns, 0);
}

TEST(CallMark, WithoutADeadlineIsNeverOverdue) {
  Progress progress;
  const CallMark mark(progress, 0, Deadline::never(), 2s);
  EXPECT_EQ(progress.calls[0].kill_after_ns, INT64_MAX);
}

TEST(CallMark, PastTheLastPlaceIsNotWatchedAndHurtsNobody) {
  Progress progress;
  std::vector<std::optional<CallMark>> marks(Progress::max_calls + 1);
  for (auto& mark : marks) mark.emplace(progress, 1, Deadline::in(1s), 1s);
  EXPECT_EQ(at_work(progress), Progress::max_calls);
  EXPECT_EQ(current_call, nullptr);
  marks.clear();
  EXPECT_EQ(at_work(progress), 0u);
}

TEST(Progress, IsIdleAgainAfterReset) {
  Progress progress;
  progress.enter(Room::scan);
  progress.guilty = 4;
  progress.calls[2].instance = 1;
  progress.reset();
  EXPECT_EQ(progress.room, static_cast<uint32_t>(Room::idle));
  EXPECT_EQ(progress.guilty, 0u);
  EXPECT_EQ(at_work(progress), 0u);
}

}  // namespace
}  // namespace postern::base
