// SPDX-License-Identifier: MIT
#include "scan/threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <mutex>
#include <set>
#include <thread>

namespace postern::scan {
namespace {

TEST(Threads, TasksRunAtTheSameTimeAndAreWaitedFor) {
  Threads threads;
  std::latch meeting(3);
  std::atomic<int> met{0};
  for (int i = 0; i < 3; ++i)
    threads.start([&] {
      meeting.arrive_and_wait();  // for ever, if one had to wait for another's thread
      ++met;
    });
  threads.wait();
  EXPECT_EQ(met, 3);
}

TEST(Threads, StayForTheNextMail) {
  Threads threads;
  std::mutex mutex;
  std::set<std::thread::id> seen;
  for (int mail = 0; mail < 50; ++mail) {
    for (int i = 0; i < 2; ++i)
      threads.start([&] {
        const std::scoped_lock lock(mutex);
        seen.insert(std::this_thread::get_id());
      });
    threads.wait();
  }
  EXPECT_LE(seen.size(), 2u);
  EXPECT_FALSE(seen.contains(std::this_thread::get_id()));
}

TEST(Threads, TheEndWaitsForWhatRuns) {
  std::atomic<bool> ran{false};
  {
    Threads threads;
    threads.start([&] { ran = true; });
  }
  EXPECT_TRUE(ran);
}

TEST(Threads, NothingToWaitForIsNoWaiting) {
  Threads threads;
  threads.wait();
}

}  // namespace
}  // namespace postern::scan
