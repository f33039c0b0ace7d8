// SPDX-License-Identifier: MIT
#include "base/fibers.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/unique_fd.h"

namespace postern::base {
namespace {

using namespace std::chrono_literals;
using support::Deadline;

class Pipe {
 public:
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) == 0) reader_ = UniqueFd(ends[0]), writer_ = UniqueFd(ends[1]);
  }
  void write(char byte) { EXPECT_EQ(::write(writer_.get(), &byte, 1), 1); }
  void close() { writer_.reset(); }
  // The byte that comes, 0 at the end.
  char read() {
    pollfd p{reader_.get(), POLLIN, 0};
    EXPECT_EQ(base::poll(&p, 1, -1), 1);
    return take();
  }
  // The same of what is there already.
  char take() {
    char byte = 0;
    return ::read(reader_.get(), &byte, 1) == 1 ? byte : '\0';
  }
  int reader() const { return reader_.get(); }

 private:
  UniqueFd reader_, writer_;
};

TEST(Fibers, OneGoesOnWhileAnotherWaits) {
  Fibers fibers;
  Pipe to_first, to_second;
  std::string seen;
  fibers.start([&] {
    seen += 'a';
    to_second.write('1');
    seen += to_first.read();
  });
  fibers.start([&] {
    seen += 'b';
    seen += to_second.read();
    to_first.write('2');
  });
  EXPECT_EQ(seen, "ab") << "each runs until it waits";
  fibers.finish();
  EXPECT_EQ(seen, "ab12");
}

TEST(Fibers, TheStackIsKeptForTheNextTask) {
  Fibers fibers;
  const void* first = nullptr;
  for (int n = 0; n < 100; ++n)
    fibers.start([&] {
      const char here = 0;
      if (!first) first = &here;
      EXPECT_EQ(&here, first);
    });
}

TEST(Fibers, WhatATaskHoldsEndsWithIt) {
  Fibers fibers;
  const auto held = std::make_shared<int>(1);
  fibers.start([held] {});
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Fibers, TimePasses) {
  Fibers fibers;
  int waited = 0;
  for (int n = 0; n < 3; ++n)
    fibers.start([&] {
      const auto began = Deadline::Clock::now();
      EXPECT_EQ(base::poll(nullptr, 0, 20), 0);
      EXPECT_GE(Deadline::Clock::now() - began, 20ms);
      ++waited;
    });
  fibers.finish();
  EXPECT_EQ(waited, 3);
}

TEST(Fibers, RunsUntilItIsEnough) {
  Fibers fibers;
  Pipe pipe;
  bool is_back = false, is_over = false;
  fibers.start([&] {
    base::poll(nullptr, 0, 1);
    is_back = true;
    pipe.read();
    is_over = true;
  });
  fibers.run([&] { return is_back; }, Deadline::never());
  EXPECT_TRUE(is_back);
  fibers.run([&] { return is_over; }, Deadline::in(1ms));
  EXPECT_FALSE(is_over);
  pipe.close();
  fibers.run([&] { return false; }, Deadline::never());
  EXPECT_TRUE(is_over) << "nobody is left";
}

TEST(Fibers, EachHandlesItsOwnExceptions) {
  Fibers fibers;
  Pipe to_first, to_second;
  std::vector<std::string> caught;
  const auto fail = [&](const char* what, Pipe& mine, Pipe& others) {
    try {
      throw std::runtime_error(what);
    } catch (const std::exception&) {
      others.write('x');
      mine.read();  // the other one is here, too, and they end in the order in which they began
      try {
        throw;
      } catch (const std::exception& again) {
        caught.emplace_back(again.what());
      }
    }
    EXPECT_FALSE(std::current_exception());
  };
  fibers.start([&] {
    fail("first", to_first, to_second);
    base::poll(nullptr, 0, 1);
  });
  fibers.start([&] { fail("second", to_second, to_first); });
  EXPECT_FALSE(std::current_exception());
  fibers.finish();
  EXPECT_EQ(caught, (std::vector<std::string>{"first", "second"}));
}

TEST(Fibers, WhoWaitsIsNotBlamed) {
  Fibers fibers;
  Progress progress;
  Pipe pipe;
  fibers.start([&] {
    const CallMark mark(progress, 6, Deadline::in(1h), 1h);
    const int64_t kill_after = progress.calls[0].kill_after_ns;
    EXPECT_EQ(current_call, &progress.calls[0]);
    pipe.read();
    EXPECT_EQ(current_call, &progress.calls[0]);
    EXPECT_EQ(progress.calls[0].kill_after_ns, kill_after);
  });
  EXPECT_EQ(current_call, nullptr);
  EXPECT_EQ(progress.calls[0].instance, 7u);
  EXPECT_EQ(progress.calls[0].kill_after_ns, 0);
  pipe.close();
  fibers.finish();
}

TEST(Fibers, WhoWasKeptWaitingPastItsDeadlineHasItsGraceStill) {
  Fibers fibers;
  Progress progress;
  Pipe pipe;
  fibers.start([&] {
    const CallMark mark(progress, 0, Deadline::in(10ms), 1h);
    const int64_t kill_after = progress.calls[0].kill_after_ns;
    pipe.read();
    EXPECT_GT(progress.calls[0].kill_after_ns, kill_after);
  });
  ::usleep(20'000);  // another one's computing
  pipe.close();
  fibers.finish();
}

TEST(Fibers, ACallWaitsNoLongerThanItsDeadline) {
  Fibers fibers;
  Progress progress;
  Pipe pipe;
  bool came_back = false;
  fibers.start([&] {
    const CallMark mark(progress, 0, Deadline::in(5ms), 1h);
    pollfd p{pipe.reader(), POLLIN, 0};
    EXPECT_EQ(base::poll(&p, 1, -1), 0);
    EXPECT_EQ(base::poll(&p, 1, -1), 0) << "and from then on it does not wait at all";
    came_back = true;
  });
  fibers.finish();
  EXPECT_TRUE(came_back);
}

// Two tasks that wait for the last time: what the fast one waits for has come, the slow one is the one that takes longest.
class Patience : public testing::Test {
 protected:
  using Wait = int (*)(pollfd*, nfds_t, int);
  void start(Fibers& fibers, Pipe& pipe, Wait wait, std::optional<std::chrono::microseconds> usual, bool is_last = true) {
    fibers.start([this, &pipe, wait, is_last] {
      const CallMark mark(progress, 0, Deadline::never(), 1h, is_last);
      pollfd p{pipe.reader(), POLLIN, 0};
      EXPECT_EQ(wait(&p, 1, -1), 1);
      seen += pipe.take();
    }, usual);
  }
  // The slow one first, whatever the fast one is like.
  void start_both(Fibers& fibers, Wait fast_ones, std::optional<std::chrono::microseconds> fast_ones_usual, bool is_last = true) {
    start(fibers, slow, base::poll_last, 2us);
    start(fibers, fast, fast_ones, fast_ones_usual, is_last);
    fast.write('f');
  }
  // Until one of them has gone on.
  void expect_that_the_fast_one_goes_on(Fibers& fibers) {
    fibers.run([this] { return !seen.empty(); }, Deadline::never());
    EXPECT_EQ(seen, "f");
    slow.close();
  }

  Progress progress;
  Pipe fast, slow;
  std::string seen;  // in the order in which the tasks went on
};

TEST_F(Patience, WhatEndsATaskLiesUntilTheLongestHasCome) {
  Pipe hurried;
  Fibers fibers(1h);
  start(fibers, fast, base::poll_last, 1us);
  start(fibers, slow, base::poll_last, 2us);
  fast.write('f');
  hurried.write('h');
  fibers.start([&] {
    hurried.read();
    EXPECT_EQ(seen, "");
    slow.write('s');
  });
  fibers.run([&] { return !seen.empty(); }, Deadline::never());
  EXPECT_EQ(seen, "fs") << "what has come meanwhile is taken along";
}

TEST_F(Patience, WhoIsInAHurryIsNotKeptWaiting) {
  Fibers fibers(1h);
  start_both(fibers, base::poll, 1us);
  slow.write('s');
  fibers.finish();
  EXPECT_EQ(seen, "fs");
}

TEST_F(Patience, WhoHasNoUsualTimeIsInAHurry) {
  Fibers fibers(1h);
  start_both(fibers, base::poll_last, std::nullopt);
  expect_that_the_fast_one_goes_on(fibers);
}

TEST_F(Patience, WhoWillBeCalledAgainIsInAHurry) {
  Fibers fibers(1h);
  start_both(fibers, base::poll_last, 1us, false);
  expect_that_the_fast_one_goes_on(fibers);
}

TEST_F(Patience, WhatLiesIsHeardBeforeTimeIsUp) {
  Fibers fibers(1h);
  start_both(fibers, base::poll_last, 1us);
  fibers.run([] { return false; }, Deadline::in(5ms));
  EXPECT_EQ(seen, "f");
  slow.close();
}

TEST_F(Patience, NothingLiesLongerThanThat) {
  Fibers fibers(1ms);
  start_both(fibers, base::poll_last, 1us);
  expect_that_the_fast_one_goes_on(fibers);
}

TEST(Fibers, ElsewhereItIsPoll) {
  Pipe pipe;
  pollfd p{pipe.reader(), POLLIN, 0};
  EXPECT_EQ(base::poll(&p, 1, 1), 0);
  pipe.write('x');
  EXPECT_EQ(base::poll(&p, 1, -1), 1);
  EXPECT_EQ(p.revents, POLLIN);
  EXPECT_EQ(base::poll_last(&p, 1, -1), 1);
}

TEST(Fibers, ADescriptorThatIsNoneIsToldOf) {
  Fibers fibers;
  fibers.start([] {
    pollfd p{1 << 30, POLLIN, 0};
    EXPECT_EQ(base::poll(&p, 1, 1000), 1);
    EXPECT_EQ(p.revents, POLLNVAL);
  });
  fibers.finish();
}

}  // namespace
}  // namespace postern::base
