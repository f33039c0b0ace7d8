// SPDX-License-Identifier: MIT
// The configured lists with what is known of each: questions in, a verdict for every list out. All questions about all
// lists go out at once, the test entries of RFC 5782, 5 among them; only a list that answers these properly is
// believed. Who fails rests for a while, longer each time. What a list answered is remembered only if it is believed.
// [worker]; not for two threads at once.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include <postern/support/deadline.h>

#include "cache.h"
#include "list.h"
#include "resolver.h"

namespace postern::dnsbl {

// "Is this on that list?"
struct Question {
  size_t list = 0;      // index into the panel's lists
  std::string subject;  // before the zone: "1.2.0.192", "example.com"
  std::string text;     // for people: "192.0.2.1"
};

struct Hit {
  std::string text;  // whose
  std::vector<Code> codes;
};

struct Verdict {
  enum class State {
    answered,  // every question
    partly,    // it works, and some questions were not answered: the hits are true
    silent,    // it does not answer
    failed,    // it answers what no working list answers: nothing it says is used
    resting,   // it did one of these two before, and was not asked
  };
  size_t list = 0;
  State state = State::answered;
  std::string reason;
  std::vector<Hit> hits;
};

class Panel {
 public:
  using Watch = std::function<Clock::time_point()>;
  Panel(std::vector<List> lists, Resolver resolver, Cache cache, Watch now = Clock::now)
      : lists_(std::move(lists)),
        rests_(lists_.size()),
        resolver_(std::move(resolver)),
        cache_(std::move(cache)),
        tests_(2 * lists_.size(), tests_hold),
        now_(std::move(now)) {}

  const std::vector<List>& lists() const { return lists_; }

  // One verdict for each list that somebody asks about, in the order of the lists.
  std::vector<Verdict> ask(const std::vector<Question>& questions, const support::Deadline& deadline);
  // Only the test entries, of every list. A silent one is asked again soon: nobody waits for it here.
  std::vector<Verdict> examine(const support::Deadline& deadline);

  static constexpr std::chrono::seconds tests_hold{300};  // at most: how long a list is believed after a test

 private:
  struct Rest {
    Clock::time_point until{};
    unsigned failures = 0;
    std::string reason;
  };
  struct Round;

  std::vector<Verdict> ask(const std::vector<Question>& questions, std::vector<bool> wanted,
                           std::chrono::seconds longest_silence, const support::Deadline& deadline);
  void judge(Round& round, Verdict& verdict) const;
  void remember(const Round& round, const Verdict& verdict);
  void let_rest(const Verdict& verdict, std::chrono::seconds longest_silence);

  std::vector<List> lists_;
  std::vector<Rest> rests_;  // one for each list
  Resolver resolver_;
  Cache cache_;
  Cache tests_;  // the test entries', which no mail pushes out and no option switches off
  Watch now_;
};

}  // namespace postern::dnsbl
