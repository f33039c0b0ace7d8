// SPDX-License-Identifier: MIT
#include "scan/threads.h"

#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "scan/crew.h"

namespace postern::scan {
namespace {

TEST(Threads, TasksOfFibersRunAtTheSameTime) {
  Crew crew;
  std::latch meeting(3);
  int met = 0;
  for (int i = 0; i < 3; ++i)
    crew.fibers.start([&] {
      crew.threads.run([&] { meeting.arrive_and_wait(); });  // for ever, if one had to wait for another's thread
      ++met;
    });
  crew.fibers.finish();
  EXPECT_EQ(met, 3);
}

TEST(Threads, StayForTheNextMail) {
  Crew crew;
  std::mutex mutex;
  std::set<std::thread::id> seen;
  for (int mail = 0; mail < 50; ++mail) {
    for (int i = 0; i < 2; ++i)
      crew.fibers.start([&] {
        crew.threads.run([&] {
          const std::scoped_lock lock(mutex);
          seen.insert(std::this_thread::get_id());
        });
      });
    crew.fibers.finish();
  }
  EXPECT_LE(seen.size(), 2u);
  EXPECT_FALSE(seen.contains(std::this_thread::get_id()));
}

TEST(Threads, WithoutFibersItIsWaitedForToo) {
  Threads threads;
  bool ran = false;
  threads.run([&] { ran = true; });
  EXPECT_TRUE(ran);
}

TEST(Threads, WhatATaskThrowsIsThrownWhereItWasWanted) {
  Threads threads;
  EXPECT_THROW(threads.run([] { throw std::runtime_error("x"); }), std::runtime_error);
  threads.run([] {});
}

}  // namespace
}  // namespace postern::scan
