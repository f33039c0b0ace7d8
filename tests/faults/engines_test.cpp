// SPDX-License-Identifier: MIT
// An engine falls ill while mail comes in at a steady rate, and recovers: nothing passes unseen, who asks meanwhile is
// told to come again, and soon after the engine is back mail flows. Real engines behind a relay that knows which mails
// they were shown. Prints what was answered and how long the recovery took; by the environment POSTERN_ENGINES_RATE
// (mails a second, 50) and POSTERN_ENGINES_SECONDS (how long the engine is ill, 3).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <list>
#include <thread>

#include "faults/house.h"
#include "faults/relay.h"
#include "support/clamd.h"
#include "support/sanitizer.h"
#include "support/spamd.h"

namespace postern::faults {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

unsigned setting(const char* name, unsigned otherwise) {
  const char* value = ::getenv(name);
  return value ? static_cast<unsigned>(std::strtoul(value, nullptr, 10)) : otherwise;
}

// Mails at a steady rate whatever becomes of them, each on a connection and a thread of its own, every tenth with the
// test virus. Nobody sends a second time: what is wanted is what each was told, and when.
class Traffic {
 public:
  struct Sent {
    Letter letter;
    Clock::time_point at;
    std::optional<Clock::time_point> answered = {};
    std::string reply = {};
  };

  Traffic(House& house, unsigned rate) : house_(house), rate_(rate), clock_([this] { run(); }) {}
  ~Traffic() { stop(); }

  // All that was sent, once each has its answer.
  const std::list<Sent>& stop() {
    over_ = true;
    if (clock_.joinable()) clock_.join();
    senders_.clear();
    return sent_;
  }
  // The first moment from which on, for a second, every mail was accepted without waiting long; none yet: nullopt.
  std::optional<Clock::time_point> flows_since(Clock::time_point when) const {
    const std::lock_guard lock(mutex_);
    std::optional<Clock::time_point> since;
    for (const Sent& mail : sent_) {
      if (mail.at < when) continue;
      if (!mail.answered || !is_success(mail.reply) || *mail.answered - mail.at > seconds(1))
        since = std::nullopt;
      else if (!since)
        since = mail.at;
      else if (mail.at - *since > seconds(1))
        return since;
    }
    return std::nullopt;
  }

  // Half as many from now on.
  void ease() { rate_ = std::max(5u, rate_ / 2); }

 private:
  void run() {
    auto next = Clock::now();
    for (unsigned n = 0; !over_; ++n) {
      std::this_thread::sleep_until(next);
      next += std::chrono::microseconds(1'000'000 / rate_);
      const Letter letter = n % 10 == 9 ? house_.virus() : house_.clean({}, 2000);
      const std::lock_guard lock(mutex_);
      Sent& mail = sent_.emplace_back(Sent{letter, Clock::now()});
      senders_.emplace_back([this, &mail] {
        const std::string reply = house_.sends(mail.letter);
        const std::lock_guard mine(mutex_);
        mail.reply = reply;
        mail.answered = Clock::now();
      });
    }
  }

  House& house_;
  std::atomic<unsigned> rate_;  // mails per second
  std::atomic<bool> over_ = false;
  mutable std::mutex mutex_;
  std::list<Sent> sent_;
  std::list<std::jthread> senders_;
  std::jthread clock_;
};

struct Illness {
  Clock::time_point begins, ends, is_back;
};

// The whole course: mail flows, the engine falls ill, is ill for a while, recovers, mail flows.
struct Course {
  std::string name;
  std::function<void()> falls_ill, recovers;  // each returns when it is so
  bool answers_meanwhile = false;             // what it answers meanwhile is right, maybe late
  bool decides_viruses = false;               // another scanner is well, and a virus is decided without this one
};

// While it lasts nobody may be told that his mail went through, and nobody ever may be without an answer.
void expect_right_replies(const std::list<Traffic::Sent>& sent, const Course& course, const Illness& illness) {
  for (const Traffic::Sent& mail : sent) {
    EXPECT_THAT(mail.reply, ::testing::AnyOf(::testing::StartsWith("250 2."), ::testing::StartsWith("451 4.")))
        << mail.letter.token;
    if (mail.at < illness.begins || *mail.answered > illness.ends) continue;
    if (course.answers_meanwhile || (course.decides_viruses && mail.letter.is_virus)) continue;
    EXPECT_THAT(mail.reply, ::testing::StartsWith("451 4.")) << mail.letter.token << " while the engine could not look";
  }
}

void print(const std::list<Traffic::Sent>& sent, const Course& course, const Illness& illness,
           Clock::time_point flows) {
  size_t accepted = 0, meanwhile = 0;
  Clock::duration longest{};
  for (const Traffic::Sent& mail : sent) {
    accepted += is_success(mail.reply);
    meanwhile += mail.at >= illness.begins && *mail.answered <= illness.ends;
    longest = std::max(longest, *mail.answered - mail.at);
  }
  const auto ms = [](Clock::duration time) { return std::chrono::duration_cast<milliseconds>(time).count(); };
  std::cout << course.name << " for " << ms(illness.is_back - illness.begins) << " ms: " << sent.size() << " mails, "
            << accepted << " accepted, " << sent.size() - accepted << " deferred; " << meanwhile
            << " of these asked and were answered meanwhile; the slowest answer took " << ms(longest)
            << " ms; mail flows " << ms(flows - illness.is_back) << " ms after the engine is back" << std::endl;
}

void expect_all_delivered_were_shown(const House& house, const Relay& relay) {
  const std::set<std::string> shown = relay.shown();
  for (const auto& [token, copies] : house.delivered_tokens())
    EXPECT_TRUE(shown.contains(token)) << token << " was delivered and the engine has not seen it";
}

void run(House& house, const Relay& relay, const Course& course) {
  house.daemon.wait_for_scanners();
  Traffic traffic(house, setting("POSTERN_ENGINES_RATE", 50));
  const auto flows_after = [&](Clock::time_point when) {
    const auto end = when + testing::patient(seconds(120));
    // Where the engine alone needs all of the machine for what comes, its queue would never end.
    const auto patience = testing::patient(seconds(20));
    for (auto eased = when; Clock::now() < end; ::usleep(20'000)) {
      if (const auto since = traffic.flows_since(when)) return *since;
      if (Clock::now() - eased > patience) traffic.ease(), eased = Clock::now();
    }
    ADD_FAILURE() << "mail does not flow: " << course.name << "\n" << house.daemon.status_text();
    return end;
  };
  flows_after(Clock::now());
  Illness illness;
  course.falls_ill();
  illness.begins = Clock::now();
  ::usleep(1'000'000 * setting("POSTERN_ENGINES_SECONDS", 3));
  illness.ends = Clock::now();  // what is answered from now on may be right: it could be back already
  course.recovers();
  illness.is_back = Clock::now();
  const auto flows = flows_after(illness.is_back);
  const std::list<Traffic::Sent>& sent = traffic.stop();
  print(sent, course, illness, flows);
  expect_right_replies(sent, course, illness);
  expect_all_delivered_were_shown(house, relay);
  house.serves_on();
}

std::string scanner(const std::string& name, const Relay& relay) {
  return "[scan]\nverdict-cache = 0\n[scanner." + name + "]\nserver = \"" + relay.endpoint() + "\"\n";
}

class IllClamd : public ::testing::Test {
 protected:
  testing::Clamd clamd_{"ConcurrentDatabaseReload no\n"};
  Relay relay_{clamd_.socket()};
  House house_{{.extra = scanner("clamav", relay_), .workers = 4, .clamd = clamd_.socket()}};
};

TEST_F(IllClamd, stopped) {
  run(house_, relay_, {"clamd stopped", [&] { clamd_.kill(); }, [&] { clamd_.start(); }});
}
TEST_F(IllClamd, hung) {
  run(house_, relay_, {"clamd hung", [&] { clamd_.freeze(); }, [&] { clamd_.thaw(); }});
}
TEST_F(IllClamd, answering_rubbish) {
  run(house_, relay_,
      {"clamd answering rubbish", [&] { relay_.answers_rubbish(true); }, [&] { relay_.answers_rubbish(false); }});
}
TEST_F(IllClamd, reloading) {
  const auto is_reloaded = [&] {
    for (int i = 0; i < 6000 && !clamd_.is_reloaded(); ++i) ::usleep(10'000);
    EXPECT_TRUE(clamd_.is_reloaded());
  };
  run(house_, relay_, {"clamd reloading a million signatures", [&] { clamd_.reload(1'000'000); }, is_reloaded, true});
}

class IllSpamd : public ::testing::Test {
 protected:
  void SetUp() override {
    if (testing::Spamd::is_installed()) return;
    if (::getenv("POSTERN_REQUIRE_SPAMD")) FAIL() << "spamd is not installed";
    GTEST_SKIP() << "spamd is not installed";
  }
  void run_with(const std::function<Course(testing::Spamd&, Relay&)>& course) {
    testing::Spamd spamd;
    testing::Clamd clamd;
    Relay relay(spamd.socket());
    House house({.extra = scanner("spamassassin", relay), .workers = 4, .clamd = clamd.socket()});
    run(house, relay, course(spamd, relay));
  }
};

TEST_F(IllSpamd, stopped) {
  run_with([](testing::Spamd& spamd, Relay&) {
    return Course{"spamd stopped", [&] { spamd.kill(); }, [&] { spamd.start(); }, false, true};
  });
}
TEST_F(IllSpamd, hung) {
  run_with([](testing::Spamd& spamd, Relay&) {
    return Course{"spamd hung", [&] { spamd.freeze(); }, [&] { spamd.thaw(); }, false, true};
  });
}
TEST_F(IllSpamd, answering_rubbish) {
  run_with([](testing::Spamd&, Relay& relay) {
    return Course{"spamd answering rubbish", [&] { relay.answers_rubbish(true); },
                  [&] { relay.answers_rubbish(false); }, false, true};
  });
}
TEST_F(IllSpamd, reloading) {
  run_with([](testing::Spamd& spamd, Relay&) {
    return Course{"spamd reloading", [&] { spamd.reload(); }, [&] { spamd.start(); }, true, true};
  });
}

}  // namespace
}  // namespace postern::faults
