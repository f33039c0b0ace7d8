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

// What a task has read from a pipe, in the order in which the tasks went on.
class Order {
 public:
  enum class Hurry { yes, no };
  void start(Fibers& fibers, Pipe& pipe, Hurry hurry, std::optional<std::chrono::microseconds> usual) {
    fibers.start([this, &pipe, hurry] {
      pollfd p{pipe.reader(), POLLIN, 0};
      EXPECT_EQ(hurry == Hurry::yes ? base::poll(&p, 1, -1) : base::poll_last(&p, 1, -1), 1);
      seen += pipe.take();
    }, usual);
  }
  std::string seen;
};

TEST(Fibers, WhatEndsATaskLiesUntilTheLongestHasCome) {
  Pipe fast, slow, hurried;
  Order order;
  Fibers fibers(1h);
  order.start(fibers, fast, Order::Hurry::no, 1us);
  order.start(fibers, slow, Order::Hurry::no, 2us);
  fast.write('f');
  hurried.write('h');
  fibers.start([&] {
    hurried.read();
    EXPECT_EQ(order.seen, "");
    slow.write('s');
  });
  fibers.run([&] { return !order.seen.empty(); }, Deadline::never());
  EXPECT_EQ(order.seen, "fs") << "what has come meanwhile is taken along";
}

TEST(Fibers, WhoIsInAHurryIsNotKeptWaiting) {
  Pipe patient, hurried;
  Order order;
  Fibers fibers(1h);
  order.start(fibers, patient, Order::Hurry::no, 2us);
  order.start(fibers, hurried, Order::Hurry::yes, 1us);
  patient.write('p');
  hurried.write('h');
  fibers.finish();
  EXPECT_EQ(order.seen, "hp");
}

TEST(Fibers, WhoHasNoUsualTimeIsInAHurry) {
  Pipe fast, slow;
  Order order;
  Fibers fibers(1h);
  order.start(fibers, fast, Order::Hurry::no, std::nullopt);
  order.start(fibers, slow, Order::Hurry::no, 2us);
  fast.write('f');
  fibers.run([&] { return !order.seen.empty(); }, Deadline::never());
  EXPECT_EQ(order.seen, "f");
  slow.close();
}

TEST(Fibers, WhoWillBeCalledAgainIsInAHurry) {
  Progress progress;
  Pipe fast, slow;
  Order order;
  Fibers fibers(1h);
  order.start(fibers, slow, Order::Hurry::no, 2us);
  fibers.start([&] {
    const CallMark mark(progress, 0, Deadline::never(), 1h, false);
    pollfd p{fast.reader(), POLLIN, 0};
    EXPECT_EQ(base::poll_last(&p, 1, -1), 1);
    order.seen += fast.take();
  }, 1us);
  fast.write('f');
  fibers.run([&] { return !order.seen.empty(); }, Deadline::never());
  EXPECT_EQ(order.seen, "f");
  slow.close();
}

TEST(Fibers, WhatLiesIsHeardBeforeTimeIsUp) {
  Pipe fast, slow;
  Order order;
  Fibers fibers(1h);
  order.start(fibers, fast, Order::Hurry::no, 1us);
  order.start(fibers, slow, Order::Hurry::no, 2us);
  fast.write('f');
  fibers.run([] { return false; }, Deadline::in(5ms));
  EXPECT_EQ(order.seen, "f");
  slow.close();
}

TEST(Fibers, NothingLiesLongerThanThePatience) {
  Pipe fast, slow;
  Order order;
  Fibers fibers(1ms);
  order.start(fibers, fast, Order::Hurry::no, 1us);
  order.start(fibers, slow, Order::Hurry::no, 2us);
  fast.write('f');
  fibers.run([&] { return !order.seen.empty(); }, Deadline::never());
  EXPECT_EQ(order.seen, "f");
  slow.close();
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
