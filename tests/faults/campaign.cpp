// SPDX-License-Identifier: MIT
// The long run: mail flows, every tenth with the test virus, while processes of the daemon are killed at random; then
// the books must balance. Not part of ctest. See tests/faults/campaign for how to run it. Settings come by the
// environment:
//   POSTERN_CAMPAIGN_SECONDS (60), POSTERN_CAMPAIGN_SENDERS (4), POSTERN_CAMPAIGN_PAUSE_MS between two faults (500),
//   POSTERN_CAMPAIGN_FAULTS (words out of worker unpacker reception generation control reload; one twice comes twice as
//   often), POSTERN_CAMPAIGN_SEED (random; it is printed), POSTERN_CAMPAIGN_CLAMD (0: the test scanner knows EICAR; 1:
//   a managed clamd, killed too)
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <random>
#include <sstream>
#include <thread>

#include "faults/house.h"

namespace postern::faults {
namespace {

unsigned setting(const char* name, unsigned otherwise) {
  const char* value = ::getenv(name);
  return value ? static_cast<unsigned>(std::strtoul(value, nullptr, 10)) : otherwise;
}

std::string text_setting(const char* name, const char* otherwise) {
  const char* value = ::getenv(name);
  return value ? value : otherwise;
}

// What may be hit, and how often it was.
class Faults {
 public:
  Faults(House& house, unsigned seed, bool clamd) : house_(house), random_(seed) {
    std::istringstream wanted(
        text_setting("POSTERN_CAMPAIGN_FAULTS", "worker worker unpacker unpacker reception generation control reload"));
    for (std::string kind; wanted >> kind;) kinds_.push_back(kind);
    if (clamd) kinds_.push_back("clamd");
  }

  void strike() {
    const std::string& kind = kinds_[std::uniform_int_distribution<size_t>(0, kinds_.size() - 1)(random_)];
    try {
      if (kind == "reload")
        house_.daemon.hang_up();
      else if (!hit(processes(kind)))
        return;
      ++counts_[kind];
    } catch (const std::exception& e) {  // somebody ended while we looked for him
      std::cout << "no strike: " << e.what() << "\n";
    }
  }
  std::string text() const {
    std::string line;
    for (const auto& [kind, times] : counts_) line += (line.empty() ? "" : ", ") + std::to_string(times) + " " + kind;
    return line;
  }

 private:
  std::vector<pid_t> processes(const std::string& kind) const {
    if (kind == "worker") return house_.daemon.workers();
    if (kind == "unpacker") return house_.daemon.unpackers();
    if (kind == "reception") return house_.daemon.receptions();
    if (kind == "generation") return house_.daemon.generations();
    return testing::children_of(house_.daemon.pid(), kind);
  }
  bool hit(const std::vector<pid_t>& pids) {
    return !pids.empty() &&
           ::kill(pids[std::uniform_int_distribution<size_t>(0, pids.size() - 1)(random_)], SIGKILL) == 0;
  }

  House& house_;
  std::mt19937 random_;
  std::vector<std::string> kinds_;
  std::map<std::string, unsigned> counts_;
};

TEST(Campaign, of_random_kills_loses_nothing_and_passes_nothing_unseen) {
  const auto length = std::chrono::seconds(setting("POSTERN_CAMPAIGN_SECONDS", 60));
  const unsigned senders = setting("POSTERN_CAMPAIGN_SENDERS", 4), pause = setting("POSTERN_CAMPAIGN_PAUSE_MS", 500);
  const unsigned seed = setting("POSTERN_CAMPAIGN_SEED", std::random_device{}());
  const bool clamd = setting("POSTERN_CAMPAIGN_CLAMD", 0) != 0;
  std::cout << "seed " << seed << std::endl;

  House house({.workers = 4, .managed_clamd = clamd});
  std::atomic<bool> over = false;
  std::atomic<unsigned> mails = 0, attempts = 0, not_accepted = 0, deferred = 0, unanswered = 0;
  std::vector<std::jthread> traffic;
  for (unsigned s = 0; s < senders; ++s)
    traffic.emplace_back([&, s] {
      for (unsigned n = s; !over; ++n) {
        const Letter letter = n % 10 == 0 ? house.virus() : house.clean({}, n % 7 == 0 ? 300'000 : 2'000);
        ++mails;
        // As Postfix: again until somebody has taken it.
        const auto end =
            std::chrono::steady_clock::now() +
            std::chrono::minutes(3);
        for (;;) {
          ++attempts;
          const std::string reply = house.sends(letter);
          if (is_success(reply)) break;
          ++(reply.empty() ? unanswered : deferred);
          if (std::chrono::steady_clock::now() > end) {
            ++not_accepted;
            break;
          }
          ::usleep(20'000);
        }
      }
    });
  Faults faults(house, seed, clamd);
  const auto end = std::chrono::steady_clock::now() + length;
  std::mt19937 random(seed + 1);
  while (std::chrono::steady_clock::now() < end) {
    ::usleep(1000 * std::uniform_int_distribution<unsigned>(pause / 2, pause * 3 / 2)(random));
    faults.strike();
  }
  over = true;
  traffic.clear();
  house.serves_on();  // and the books

  unsigned duplicates = 0, delivered = 0;
  for (const auto& [token, copies] : house.delivered_tokens()) {
    ++delivered;
    duplicates += static_cast<unsigned>(copies - 1);
  }
  std::cout << mails << " mails in " << attempts << " attempts (" << deferred << " answered 4xx, " << unanswered
            << " without answer); faults: " << faults.text() << "\n"
            << delivered << " delivered, " << house.quarantined_tokens().size() << " quarantined, " << duplicates
            << " duplicates, " << not_accepted << " not accepted within three minutes" << std::endl;
  EXPECT_EQ(not_accepted, 0u);
}

}  // namespace
}  // namespace postern::faults
