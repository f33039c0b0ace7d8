// SPDX-License-Identifier: MIT
#include "panel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "name_server.h"

namespace postern::dnsbl {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using State = Verdict::State;
using support::Deadline;

List list_of(const std::string& text) {
  return std::get<List>(parse_list(text, Subject::addresses));
}
Deadline soon() {
  return Deadline::in(seconds(20));
}

// A panel with one stand-in behind it, and a clock that the test moves. Only who waits for silence has little patience.
struct Rig {
  explicit Rig(NameServer::Script script, std::vector<std::string> lists = {"a.example 127.0.0.2-9=1"},
               milliseconds patience = seconds(20))
      : server(std::move(script)),
        panel(read(lists), Resolver({server.endpoint()}, patience), Cache(100, seconds(3600)), [this] { return now; }) {
  }
  static std::vector<List> read(const std::vector<std::string>& texts) {
    std::vector<List> all;
    for (const auto& text : texts) all.push_back(list_of(text));
    return all;
  }
  Verdict ask(const std::string& subject = "4.3.2.1") { return panel.ask({{0, subject, "1.2.3.4"}}, soon()).at(0); }

  Clock::time_point now{};
  NameServer server;
  Panel panel;
};

Said polite(const std::string& name) {
  return of_a_list(name, "a.example", {{"4.3.2.1", {"127.0.0.4"}}});
}

TEST(DnsblPanel, AsksEverythingAtOnceAndTellsWhatIsListed) {
  Rig rig(
      [](const std::string& name) {
        return name.ends_with("b.example") ? of_a_list(name, "b.example", {}) : polite(name);
      },
      {"a.example 127.0.0.2=1", "b.example 127.0.0.2=1", "c.example 127.0.0.2=1"});
  const auto verdicts =
      rig.panel.ask({{0, "4.3.2.1", "1.2.3.4"}, {1, "4.3.2.1", "1.2.3.4"}, {0, "5.5.5.5", "5.5.5.5"}}, soon());
  ASSERT_EQ(verdicts.size(), 2u);
  EXPECT_EQ(verdicts[0].state, State::answered) << verdicts[0].reason;
  ASSERT_EQ(verdicts[0].hits.size(), 1u);
  EXPECT_EQ(verdicts[0].hits[0].codes, (std::vector<Code>{{127, 0, 0, 4}}));
  EXPECT_EQ(verdicts[1].state, State::answered);
  EXPECT_TRUE(verdicts[1].hits.empty());
  EXPECT_THAT(rig.server.asked(), UnorderedElementsAre("1.0.0.127.a.example", "2.0.0.127.a.example",
                                                       "4.3.2.1.a.example", "5.5.5.5.a.example", "1.0.0.127.b.example",
                                                       "2.0.0.127.b.example", "4.3.2.1.b.example"));
}

// No query waits for another: the server says nothing about the first before it has seen the last.
TEST(DnsblPanel, DoesNotWaitForOneAnswerBeforeTheNextQuestion) {
  std::set<std::string> seen;  // the server's
  std::atomic<size_t> most{0};
  Rig rig(
      [&](const std::string& name) {
        seen.insert(name);
        most = seen.size();
        return seen.size() < 42 ? Said{.silent = true} : of_a_list(name, "a.example", {});
      },
      {"a.example 127.0.0.2=1"}, seconds(3));
  std::vector<Question> questions;
  for (int i = 0; i < 40; ++i) questions.push_back({0, std::to_string(i) + ".3.2.1", ""});
  EXPECT_EQ(rig.panel.ask(questions, soon()).at(0).state, State::answered);
  EXPECT_EQ(most, 42u);
}

TEST(DnsblPanel, RemembersWhatAListSaid) {
  Rig rig(polite);
  EXPECT_EQ(rig.ask().hits.size(), 1u);
  rig.server.forget();
  EXPECT_EQ(rig.ask().hits.size(), 1u);
  EXPECT_TRUE(rig.server.asked().empty());
  rig.now += seconds(61);
  EXPECT_EQ(rig.ask().hits.size(), 1u);
  EXPECT_EQ(rig.server.asked().size(), 3u);
}

TEST(DnsblPanel, DoesNotTestAListForEachMailWhereNothingIsRemembered) {
  NameServer server(polite);
  Clock::time_point now{};
  Panel panel({list_of("a.example 127.0.0.2-9=1")}, Resolver({server.endpoint()}, seconds(20)), Cache(100, seconds(0)), [&] { return now; });
  const auto asked = [&] {
    const size_t before = server.asked().size();
    EXPECT_EQ(panel.ask({{0, "4.3.2.1", "1.2.3.4"}}, soon()).at(0).state, State::answered);
    return server.asked().size() - before;
  };
  EXPECT_EQ(asked(), 3u);
  EXPECT_EQ(asked(), 1u);
  now += Panel::tests_hold;
  EXPECT_EQ(asked(), 3u);
}

TEST(DnsblPanel, TakesAnswersThatAreTooLongOverTcp) {
  Rig rig([](const std::string& name) {
    Said said = polite(name);
    said.truncated = true;
    return said;
  });
  EXPECT_EQ(rig.ask().hits.size(), 1u);
  EXPECT_EQ(rig.server.times("4.3.2.1.a.example/tcp"), 1u);
}

// What a rude server does with the one name that matters; nothing of it is a hit, and nothing is "not listed".
TEST(DnsblPanel, TakesNothingButAProperAnswer) {
  const struct {
    const char* what;
    Said said;
    State state;
  } table[] = {
      {"SERVFAIL", {.rcode = SERVFAIL}, State::silent},
      {"REFUSED", {.rcode = REFUSED}, State::silent},
      {"no answer", {.silent = true}, State::silent},
      {"a wrong id", {.rcode = NOERROR, .addresses = {"127.0.0.4"}, .wrong_id = true}, State::silent},
      {"another question", {.rcode = NOERROR, .addresses = {"127.0.0.4"}, .other_question = true}, State::silent},
      {"half a message", {.rcode = NOERROR, .addresses = {"127.0.0.4"}, .cut = true}, State::silent},
      {"garbage", {.raw = std::string(40, 'x')}, State::silent},
      {"TC, and TCP hangs up",
       {.rcode = NOERROR, .addresses = {"127.0.0.4"}, .truncated = true, .hangs_up = true},
       State::silent},
      {"an alias", {.rcode = NOERROR, .addresses = {"127.0.0.4"}, .alias = "b.example"}, State::failed},
      {"an address of somebody", {.rcode = NOERROR, .addresses = {"203.0.113.1"}}, State::failed},
      {"Spamhaus's error", {.rcode = NOERROR, .addresses = {"127.255.255.254"}}, State::failed}};
  for (const auto& row : table) {
    Rig rig([&](const std::string& name) { return name.starts_with("4.3.2.1.") ? row.said : polite(name); },
            {"a.example 127.0.0.2-9=1"}, row.state == State::silent ? milliseconds(300) : milliseconds(20000));
    const Verdict verdict = rig.ask();
    EXPECT_EQ(verdict.state, row.state) << row.what << ": " << verdict.reason;
    EXPECT_TRUE(verdict.hits.empty()) << row.what;
    EXPECT_FALSE(verdict.reason.empty()) << row.what;
  }
}

TEST(DnsblPanel, DoesNotBelieveAListThatFailsItsTest) {
  const struct {
    const char* what;
    NameServer::Script script;
    const char* why;
  } table[] = {
      {"a wild card", [](const std::string&) { return listed({"127.0.0.2"}); }, "lists what must never be listed"},
      {"an empty list", [](const std::string& name) { return name.starts_with("4.") ? listed({"127.0.0.2"}) : Said{}; },
       "does not list its test entry"},
      {"a parked domain", [](const std::string&) { return listed({"203.0.113.80"}); }, "outside of 127.0.0.0/8"}};
  for (const auto& row : table) {
    Rig rig(row.script);
    const Verdict verdict = rig.ask();
    EXPECT_EQ(verdict.state, State::failed) << row.what;
    EXPECT_THAT(verdict.reason, HasSubstr(row.why));
    EXPECT_TRUE(verdict.hits.empty()) << row.what;
  }
}

TEST(DnsblPanel, BelievesAListWithoutTestEntryWhereTheAdministratorSaysSo) {
  const auto script = [](const std::string& name) { return name.starts_with("4.") ? listed({"127.0.0.2"}) : Said{}; };
  Rig without(script, {"a.example test=none 127.0.0.2=1"}),
      other(
          [](const std::string&name) {
            return name == "9.9.9.9.a.example" || name.starts_with("4.") ? listed({"127.0.0.2"}) : Said{};
          },
          {"a.example test=9.9.9.9 127.0.0.2=1"});
  EXPECT_EQ(without.ask().hits.size(), 1u);
  EXPECT_EQ(other.ask().hits.size(), 1u);
}

TEST(DnsblPanel, LetsAFailedListRestLongerEachTimeAndBelievesItAgain) {
  std::atomic<bool> wild{true};
  Rig rig([&](const std::string& name) { return wild ? listed({"127.0.0.2"}) : polite(name); });
  EXPECT_EQ(rig.ask().state, State::failed);
  rig.server.forget();
  EXPECT_EQ(rig.ask().state, State::resting);
  EXPECT_THAT(rig.ask().reason, HasSubstr("must never be listed"));
  rig.now += seconds(59);
  EXPECT_EQ(rig.ask().state, State::resting);
  EXPECT_TRUE(rig.server.asked().empty());
  rig.now += seconds(1);
  EXPECT_EQ(rig.ask().state, State::failed) << "asked again";
  rig.now += seconds(119);
  EXPECT_EQ(rig.ask().state, State::resting);
  for (int i = 0; i < 20; ++i) {
    rig.now += seconds(3600);
    EXPECT_EQ(rig.ask().state, State::failed) << "an hour at most";
  }
  wild = false;
  rig.now += seconds(3600);
  EXPECT_EQ(rig.ask().hits.size(), 1u) << "nothing of what it said before is remembered";
}

TEST(DnsblPanel, LetsASilentListRestFromTheSecondTimeOn) {
  std::atomic<bool> silent{true};
  Rig rig([&](const std::string& name) { return silent ? Said{.rcode = SERVFAIL} : polite(name); });
  EXPECT_EQ(rig.ask().state, State::silent);
  EXPECT_EQ(rig.ask().state, State::silent);
  EXPECT_EQ(rig.ask().state, State::resting);
  rig.now += seconds(1);
  EXPECT_EQ(rig.ask().state, State::silent);
  rig.now += seconds(1);
  EXPECT_EQ(rig.ask().state, State::resting);
  for (int i = 0; i < 20; ++i) {
    rig.now += seconds(60);
    EXPECT_EQ(rig.ask().state, State::silent) << "a minute at most";
  }
  silent = false;
  rig.now += seconds(60);
  EXPECT_EQ(rig.ask().state, State::answered);
  Rig required([](const std::string&) { return Said{.rcode = SERVFAIL}; }, {"a.example required 127.0.0.2=1"});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(required.ask().state, State::silent) << "mail waits for it: five seconds at most";
    required.now += seconds(5);
  }
}

TEST(DnsblPanel, KeepsTheHitsOfAListThatAnswersSomeQuestions) {
  Rig rig([](const std::string& name) { return name.starts_with("5.") ? Said{.rcode = SERVFAIL} : polite(name); });
  const Verdict verdict = rig.panel.ask({{0, "4.3.2.1", "1.2.3.4"}, {0, "5.5.5.5", "5.5.5.5"}}, soon()).at(0);
  EXPECT_EQ(verdict.state, State::partly);
  EXPECT_EQ(verdict.hits.size(), 1u);
}

TEST(DnsblPanel, ComesBackAtTheDeadlineAndCanBeAskedAgain) {
  std::atomic<bool> silent{true};
  Rig rig([&](const std::string& name) { return silent ? Said{.silent = true} : polite(name); },
          {"a.example 127.0.0.2=1"}, seconds(60));
  const Verdict verdict = rig.panel.ask({{0, "4.3.2.1", "1.2.3.4"}}, Deadline::in(milliseconds(50))).at(0);
  EXPECT_EQ(verdict.state, State::silent);
  EXPECT_EQ(verdict.reason, "no answer in time");
  silent = false;
  EXPECT_EQ(rig.ask().state, State::answered);
}

TEST(DnsblPanel, SaysWhyWhereNoResolverCanBeReached) {
  std::string endpoint;
  { endpoint = NameServer(polite).endpoint(); }  // nobody listens there any more
  Panel panel({list_of("a.example 127.0.0.2=1")}, Resolver({endpoint}, milliseconds(300)), Cache(100, seconds(60)));
  const Verdict verdict = panel.ask({{0, "4.3.2.1", "1.2.3.4"}}, soon()).at(0);
  EXPECT_EQ(verdict.state, State::silent);
  EXPECT_FALSE(verdict.reason.empty());
}

}  // namespace
}  // namespace postern::dnsbl
