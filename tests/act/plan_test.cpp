// SPDX-License-Identifier: MIT
#include "act/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::act {
namespace {

using mail::Action;
using mail::Category;
using mail::Judgement;
using mail::Plan;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

mail::ReceivedMail a_mail(size_t recipients = 1) {
  mail::ReceivedMail m;
  m.mail_id = "AbCdEfGhIjKl";
  m.peer = "192.0.2.1";
  m.listener = "127.0.0.1:10024";
  m.protocol = mail::Protocol::esmtp;
  for (size_t i = 0; i < recipients; ++i) m.envelope.recipients.push_back({"r" + std::to_string(i) + "@example.org", "", ""});
  m.content = base::Content::of("Subject: x\r\n\r\n");
  return m;
}

Judgement judged(Category category, Action action, bool quarantine, size_t recipients = 1) {
  Judgement j;
  j.categories = {category};
  for (uint32_t i = 0; i < recipients; ++i) j.recipients.push_back({i, category, action, quarantine, false, "default", {category}});
  return j;
}

Plan planned(const Judgement& j, const mail::ReceivedMail& m) {
  return plan(m, j, {"filter.example.org", [] { return std::string("Q-id"); }});
}
Plan planned(const Judgement& j) {
  return planned(j, a_mail(j.recipients.size()));
}

std::vector<std::string> names(const mail::HeaderEdits& edits) {
  std::vector<std::string> all;
  for (const auto& [name, value] : edits.prepend) all.push_back(name);
  return all;
}

TEST(Plan, SpeaksForEachRecipientOnceWhateverIsWanted) {
  for (const Category category : mail::all_categories)
    for (const Action action : {Action::pass, Action::discard, Action::reject, Action::defer})
      for (const bool quarantine : {false, true}) {
        SCOPED_TRACE(std::string(name(category)) + " " + name(action) + (quarantine ? " quarantine" : ""));
        const Plan p = planned(judged(category, action, quarantine, 2));
        size_t spoken = p.answers.size();
        for (const auto& group : p.deliveries) spoken += group.recipients.size();
        EXPECT_EQ(spoken, 2u);
        EXPECT_EQ(p.deliveries.size(), action == Action::pass ? 1u : 0u);
        EXPECT_EQ(p.quarantine.has_value(), quarantine && action != Action::defer);
        if (p.quarantine) {
          EXPECT_EQ(p.quarantine->id, "Q-id");
          EXPECT_EQ(p.quarantine->category, category);
          EXPECT_THAT(p.quarantine->recipients, ElementsAre(0u, 1u));
        }
        for (const mail::Answer& a : p.answers) {
          const int expected = action == Action::discard ? 250 : action == Action::reject ? 554 : 451;
          EXPECT_EQ(a.reply.code, expected);
          EXPECT_THAT(a.reply.text, HasSubstr("id=AbCdEfGhIjKl"));
        }
      }
}

TEST(Plan, NobodyMakesAnIdForAMailThatIsNotHeld) {  // it costs a digest of all the mail
  for (const bool quarantine : {false, true})
    for (const Action action : {Action::pass, Action::defer}) {
      int asked = 0;
      const Judgement j = judged(Category::banned, action, quarantine, 3);
      plan(a_mail(3), j, {"filter.example.org", [&] { ++asked; return std::string("Q-id"); }});
      EXPECT_EQ(asked, quarantine && action != Action::defer ? 1 : 0);
    }
}

TEST(Plan, AClearMailBearsOurTraceOnly) {
  const Plan p = planned(judged(Category::clean, Action::pass, false));
  ASSERT_EQ(p.deliveries.size(), 1u);
  EXPECT_THAT(names(p.deliveries[0].edits), ElementsAre("Received", "X-Virus-Scanned"));
  EXPECT_THAT(p.deliveries[0].edits.remove, ElementsAre("X-Amavis-Alert", "X-Quarantine-ID"));
}

TEST(Plan, AMailThatPassesAlthoughItIsNotCleanBearsTheAlertAndItsQuarantineId) {
  const Plan p = planned(judged(Category::infected, Action::pass, true));
  ASSERT_EQ(p.deliveries.size(), 1u);
  EXPECT_THAT(names(p.deliveries[0].edits),
              ElementsAre("Received", "X-Virus-Scanned", "X-Amavis-Alert", "X-Quarantine-ID"));
  EXPECT_EQ(p.deliveries[0].edits.prepend[3].second, "<Q-id>");
}

TEST(Plan, DifferentWishesMakeDifferentGroups) {
  Judgement j = judged(Category::unchecked, Action::pass, false, 4);
  j.recipients[1].quarantine = true;
  j.recipients[2].action = Action::reject;
  j.recipients[3].action = Action::defer;
  j.recipients[3].quarantine = true;
  const Plan p = planned(j);
  ASSERT_EQ(p.deliveries.size(), 2u);
  EXPECT_THAT(p.deliveries[0].recipients, ElementsAre(0u));
  EXPECT_THAT(p.deliveries[1].recipients, ElementsAre(1u));
  ASSERT_TRUE(p.quarantine);
  EXPECT_THAT(p.quarantine->recipients, ElementsAre(1u)) << "what is deferred comes again";
  ASSERT_EQ(p.answers.size(), 2u);
  EXPECT_EQ(p.answers[0].recipient, 2u);
  EXPECT_EQ(p.answers[1].recipient, 3u);
}

TEST(Plan, EachRecipientsCopyBearsTheirOwnAlert) {
  Judgement j = judged(Category::banned, Action::pass, false, 2);
  j.recipients[1] = {1, Category::clean, Action::pass, false, false, "default", {Category::clean}};
  const Plan p = planned(j);
  ASSERT_EQ(p.deliveries.size(), 2u);
  for (const auto& group : p.deliveries) {
    const bool is_first = group.recipients == std::vector<uint32_t>{0};
    EXPECT_EQ(testing::Value(names(group.edits), testing::Contains("X-Amavis-Alert")), is_first);
  }
}

TEST(Plan, HeaderValuesAreSafeWhateverThePeerAndTheVirusAreCalled) {
  mail::ReceivedMail m = a_mail();
  m.peer = "evil\r\nBcc: x@example.org (\";\\";
  m.listener = "x\r\ny";
  Judgement j = judged(Category::infected, Action::pass, true);
  j.virus_names = {"Virus\r\nX-Spam: no\x01\xC3\xA4\xFF" + std::string(1000, 'v')};
  const Plan p = planned(j, m);
  ASSERT_EQ(p.deliveries.size(), 1u);
  for (const auto& [name, value] : p.deliveries[0].edits.prepend) {
    std::string unfolded = value;
    for (size_t at; (at = unfolded.find("\r\n\t")) != unfolded.npos;) unfolded.erase(at, 3);
    for (const char c : unfolded) EXPECT_TRUE(c >= ' ' && c <= '~') << name << ": " << value;
    EXPECT_LT(name.size() + value.size() + 2, 998u) << "RFC 5322 2.1.1";
  }
}

TEST(Plan, TellsTheClientNothingOfOurScanners) {
  Judgement j = judged(Category::unscanned, Action::defer, false);
  j.reasons = {{Category::unscanned, "scanner clamav", "", "unavailable: /run/clamd.sock"}};
  EXPECT_THAT(planned(j).answers.at(0).reply.text, Not(HasSubstr("clam")));
  j.recipients[0].action = Action::reject;
  EXPECT_THAT(planned(j).answers.at(0).reply.text, Not(HasSubstr("clam")));
}

TEST(Plan, AsksForANoticeOnlyWhereSomebodyWantsOne) {
  Judgement j = judged(Category::infected, Action::discard, true);
  EXPECT_THAT(planned(j).notices, IsEmpty());
  j.recipients[0].notify_admin = true;
  EXPECT_EQ(planned(j).notices.size(), 1u);
}

}  // namespace
}  // namespace postern::act
