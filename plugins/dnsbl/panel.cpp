// SPDX-License-Identifier: MIT
#include "panel.h"

#include <algorithm>
#include <map>

namespace postern::dnsbl {
namespace {

using std::chrono::seconds;
using State = Verdict::State;

constexpr seconds tests_hold_at_least{60};
constexpr seconds first_rest_of_a_failed_list{60}, longest_rest_of_a_failed_list{3600};
constexpr seconds longest_silence_of_a_list{60}, longest_silence_of_a_required_list{5};

std::string name_in(const List& list, const std::string& subject) {
  return subject + "." + list.zone;
}

// Twice as long each time.
seconds doubled(seconds first, unsigned times, seconds most) {
  return std::min(first * (1 << std::min(times, 12u)), most);
}

}  // namespace

// Every name of one round once, with what is known about it: from before, or by asking now.
struct Panel::Round {
  const std::vector<Question>& questions;
  struct Known {
    Answer answer;
    bool is_new = false;
  };
  std::map<std::string, Known> answers;
  std::vector<std::string> asked_now;

  const Answer& about(const List& list, const std::string& subject) const {
    return answers.at(name_in(list, subject)).answer;
  }
};

std::vector<Verdict> Panel::ask(const std::vector<Question>& questions, const support::Deadline& deadline) {
  std::vector<bool> wanted(lists_.size(), false);
  for (const Question& q : questions) wanted[q.list] = true;
  return ask(questions, std::move(wanted), longest_silence_of_a_list, deadline);
}

std::vector<Verdict> Panel::examine(const support::Deadline& deadline) {
  return ask({}, std::vector<bool>(lists_.size(), true), longest_silence_of_a_required_list, deadline);
}

std::vector<Verdict> Panel::ask(const std::vector<Question>& questions, std::vector<bool> wanted,
                                seconds longest_silence, const support::Deadline& deadline) {
  std::vector<Verdict> verdicts;
  Round round{questions, {}, {}};
  const Clock::time_point now = now_();
  const auto look_up = [&](const std::string& name, Cache& cache) {
    if (round.answers.contains(name)) return;
    const Answer* known = cache.find(name, now);
    round.answers[name] = {known ? *known : Answer{}, !known};
    if (!known) round.asked_now.push_back(name);
  };
  for (size_t i = 0; i < lists_.size(); ++i) {
    if (!wanted[i]) continue;
    verdicts.push_back({i, State::answered, {}, {}});
    if (rests_[i].until > now) {
      verdicts.back().state = State::resting;
      verdicts.back().reason = rests_[i].reason;
      wanted[i] = false;
      continue;
    }
    look_up(name_in(lists_[i], lists_[i].must_not_be_listed), tests_);
    if (!lists_[i].must_be_listed.empty()) look_up(name_in(lists_[i], lists_[i].must_be_listed), tests_);
  }
  for (const Question& q : questions)
    if (wanted[q.list]) look_up(name_in(lists_[q.list], q.subject), cache_);

  std::vector<Answer> answers = resolver_.ask(round.asked_now, deadline);
  for (size_t i = 0; i < answers.size(); ++i) round.answers[round.asked_now[i]].answer = std::move(answers[i]);
  for (Verdict& verdict : verdicts) {
    if (verdict.state == State::resting) continue;
    judge(round, verdict);
    remember(round, verdict);
    let_rest(verdict, lists_[verdict.list].required ? longest_silence_of_a_required_list : longest_silence);
  }
  return verdicts;
}

void Panel::judge(Round& round, Verdict& verdict) const {
  const List& list = lists_[verdict.list];
  const auto is = [&](State state, std::string reason) {
    verdict.state = state;
    verdict.reason = std::move(reason);
  };
  // The worst first: what a list that lists everything says is nothing.
  const auto tested = [&](const std::string& entry, Answer::Kind expected, const char* otherwise) {
    const Answer& answer = round.about(list, entry);
    if (answer.kind == Answer::Kind::wrong)
      is(State::failed, answer.reason);
    else if (answer.kind == Answer::Kind::none)
      is(State::silent, answer.reason);
    else if (answer.kind != expected)
      is(State::failed, otherwise + (" (" + entry + ")"));
    return verdict.state == State::answered;
  };
  if (!tested(list.must_not_be_listed, Answer::Kind::not_listed, "it lists what must never be listed")) return;
  if (!list.must_be_listed.empty() &&
      !tested(list.must_be_listed, Answer::Kind::listed, "it does not list its test entry"))
    return;
  size_t unanswered = 0;
  for (const Question& q : round.questions) {
    if (q.list != verdict.list) continue;
    const Answer& answer = round.about(list, q.subject);
    switch (answer.kind) {
      case Answer::Kind::listed:
        verdict.hits.push_back({q.text, answer.codes});
        break;
      case Answer::Kind::not_listed:
        break;
      case Answer::Kind::none:
        ++unanswered;
        is(State::partly, answer.reason);
        break;
      case Answer::Kind::wrong:
        verdict.hits.clear();
        return is(State::failed, answer.reason);
    }
  }
  const auto asked = static_cast<size_t>(std::count_if(round.questions.begin(), round.questions.end(),
                                                       [&](const Question& q) { return q.list == verdict.list; }));
  if (unanswered > 0 && unanswered == asked) verdict.state = State::silent;
}

void Panel::remember(const Round& round, const Verdict& verdict) {
  if (verdict.state == State::failed || verdict.state == State::silent) return;
  const List& list = lists_[verdict.list];
  const Clock::time_point now = now_();
  const auto keep = [&](const std::string& subject, Cache& cache, seconds at_least) {
    const std::string name = name_in(list, subject);
    const Round::Known& known = round.answers.at(name);
    if (known.is_new) cache.keep(name, known.answer, now, at_least);
  };
  for (const Question& q : round.questions)
    if (q.list == verdict.list) keep(q.subject, cache_, seconds(0));
  if (!list.must_be_listed.empty()) keep(list.must_be_listed, tests_, tests_hold_at_least);
  keep(list.must_not_be_listed, tests_, tests_hold_at_least);
}

// One answer that got lost is no reason to rest; a second in a row is.
void Panel::let_rest(const Verdict& verdict, seconds longest_silence) {
  Rest& rest = rests_[verdict.list];
  if (verdict.state == State::answered) return rest = Rest(), void();
  const unsigned before = rest.failures++;
  rest.reason = verdict.reason;
  if (verdict.state == State::failed)
    rest.until = now_() + doubled(first_rest_of_a_failed_list, before, longest_rest_of_a_failed_list);
  else if (before > 0)
    rest.until = now_() + doubled(seconds(1), before - 1, longest_silence);
}

}  // namespace postern::dnsbl
