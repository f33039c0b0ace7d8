// SPDX-License-Identifier: MIT
// Carrying out with a real quarantine and a real next hop on the loopback.
#include "act/carry_out.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "deliver/scripted_hop.h"

namespace postern::act {
namespace {

using namespace std::chrono_literals;
using deliver::Recorded;
using deliver::Script;
using deliver::ScriptedHop;
using mail::Action;
using mail::Disposition;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

namespace fs = std::filesystem;

class CarryOut : public testing::Test {
 protected:
  CarryOut() {
    std::string name = (fs::temp_directory_path() / "postern-act-XXXXXX").string();
    root = ::mkdtemp(name.data());
    mail.mail_id = "AbCdEfGhIjKl";
    mail.log_id = "test";
    mail.protocol = mail::Protocol::esmtp;
    mail.envelope.sender = "sender@example.org";
    mail.envelope.recipients = {{"a@example.org", "", ""}, {"b@example.org", "", ""}};
    mail.content = base::Content::of("Subject: x\r\n\r\nbody\r\n");
  }
  ~CarryOut() override { fs::remove_all(root); }

  void deliver_to(std::vector<uint32_t> recipients) { plan.deliveries.push_back({std::move(recipients), {}}); }
  void hold(std::vector<uint32_t> recipients) {
    plan.quarantine = {quarantine::quarantine_id(mail), mail::Category::infected, "Eicar", std::move(recipients)};
  }
  void answer(uint32_t recipient, Action action, int code, std::string enhanced) {
    plan.answers.push_back({recipient, action, {code, std::move(enhanced), "said so"}});
  }
  mail::Outcome carried_out(std::vector<Script> scripts = {Script{}}) {
    hop.emplace(std::move(scripts));
    deliver::CourierSettings settings;
    settings.next_hops = {hop->address()};
    deliver::Courier courier(settings);
    quarantine::Quarantine cellar(directory());
    if (lose_the_cellar) {
      fs::remove_all(directory());
      std::ofstream(directory()) << "a file where the directory was";
    }
    Hands hands{cellar, courier, [this](const mail::Notice& n) { told.push_back(n.kind); }, [this] { return awaited; },
                "filter.example"};
    plan.notices = {{"mail.blocked", {}}};
    return carry_out(plan, mail, hands, support::Deadline::in(60s));
  }
  std::string directory() const { return (root / "q").string(); }
  std::vector<std::string> mails_at_hop() const {
    std::vector<std::string> all;
    for (const Recorded& connection : hop->recorded())
      for (const std::string& raw : connection.raw) all.push_back(raw);
    return all;
  }
  static std::vector<int> codes(const mail::Outcome& outcome) {
    std::vector<int> all;
    for (const auto& r : outcome.recipients) all.push_back(r.reply.code);
    return all;
  }

  fs::path root;
  mail::ReceivedMail mail;
  mail::Plan plan;
  std::optional<ScriptedHop> hop;
  bool awaited = true, lose_the_cellar = false;
  std::vector<std::string> told;
};

Script refusing(const std::string& recipient, const std::string& reply) {
  Script script;
  script.answers["RCPT TO:<" + recipient] = {reply + "\r\n"};
  return script;
}

TEST_F(CarryOut, DeliversAndKeepsTheNextHopsWords) {
  deliver_to({0, 1});
  const mail::Outcome outcome = carried_out();
  EXPECT_EQ(codes(outcome), (std::vector{250, 250}));
  EXPECT_EQ(outcome.recipients[0].disposition, Disposition::delivered);
  // In the words that analysers of amavisd's log look for.
  EXPECT_THAT(outcome.recipients[0].reply.text,
              StartsWith("Ok, id=" + mail.mail_id + ", from MTA(smtp:[127.0.0.1]:" + hop->address().endpoint.port + "): 250 "));
  EXPECT_THAT(outcome.recipients[0].reply.text, HasSubstr("queued as"));
  EXPECT_THAT(outcome.recipients[0].where, StartsWith(hop->address().text() + " 250 "));
  EXPECT_THAT(mails_at_hop(), SizeIs(1));
  EXPECT_THAT(told, SizeIs(1));
}

TEST_F(CarryOut, AFullQuarantineDefersEverybodyAndDeliversNothing) {
  hold({1});
  deliver_to({0});
  answer(1, Action::discard, 250, "2.7.0");
  lose_the_cellar = true;
  const mail::Outcome outcome = carried_out();
  EXPECT_EQ(codes(outcome), (std::vector{451, 451}));
  EXPECT_EQ(outcome.recipients[1].disposition, Disposition::deferred);
  EXPECT_EQ(outcome.quarantine_id, "");
  EXPECT_THAT(mails_at_hop(), IsEmpty());
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(CarryOut, AMailNobodyWaitsForIsNotDelivered) {
  deliver_to({0, 1});
  awaited = false;
  EXPECT_EQ(codes(carried_out()), (std::vector{451, 451}));
  EXPECT_THAT(mails_at_hop(), IsEmpty());
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(CarryOut, OnlyWhoIsHeldIsCalledQuarantined) {
  hold({0});
  answer(0, Action::discard, 250, "2.7.0");
  answer(1, Action::discard, 250, "2.7.0");
  const mail::Outcome outcome = carried_out();
  EXPECT_EQ(outcome.recipients[0].disposition, Disposition::quarantined);
  EXPECT_THAT(outcome.recipients[0].where, StartsWith("quarantine "));
  EXPECT_EQ(outcome.recipients[1].disposition, Disposition::discarded);
  EXPECT_EQ(outcome.recipients[1].where, "");
  EXPECT_EQ(outcome.quarantine_id, quarantine::quarantine_id(mail));
  EXPECT_EQ(outcome.quarantine_file, "virus-" + outcome.quarantine_id + ".eml");
  quarantine::Quarantine cellar(directory());
  EXPECT_THAT(cellar.list({}), SizeIs(1));
}

TEST_F(CarryOut, WhereSomeAreRefusedForGoodTheSenderIsToldAndAllAreTaken) {
  deliver_to({0, 1});
  const mail::Outcome outcome = carried_out({refusing("b@", "550 5.1.1 no such user")});
  EXPECT_EQ(codes(outcome), (std::vector{250, 250}));
  EXPECT_EQ(outcome.recipients[1].disposition, Disposition::rejected);
  const auto mails = mails_at_hop();
  ASSERT_THAT(mails, SizeIs(2));
  EXPECT_THAT(mails[1], HasSubstr("multipart/report"));
  EXPECT_THAT(mails[1], HasSubstr("b@example.org"));
  bool to_sender = false;
  for (const Recorded& connection : hop->recorded())
    for (const std::string& command : connection.commands)
      to_sender |= command.starts_with("RCPT TO:<sender@example.org>");
  EXPECT_TRUE(to_sender);
}

TEST_F(CarryOut, WhereTheSenderCannotBeToldTheMailComesAgain) {
  deliver_to({0, 1});
  Script script = refusing("b@", "550 5.1.1 no such user");
  script.answers["RCPT TO:<sender@"] = {"450 4.2.0 later\r\n"};
  const mail::Outcome outcome = carried_out({script});
  EXPECT_EQ(outcome.recipients[1].reply.code, 451);
  EXPECT_EQ(outcome.recipients[1].disposition, Disposition::deferred);
  EXPECT_THAT(told, IsEmpty()) << "the next attempt tells";
}

TEST_F(CarryOut, WhereTheSendersAddressTakesNoMailTheCopiesAreKeptAndTheAdministratorIsTold) {
  deliver_to({0, 1});
  Script script = refusing("b@", "550 5.1.1 no such user");
  script.answers["RCPT TO:<sender@"] = {"550 5.1.8 no such domain\r\n"};
  const mail::Outcome outcome = carried_out({script});
  EXPECT_EQ(codes(outcome), (std::vector{250, 250}));
  EXPECT_EQ(outcome.recipients[0].disposition, Disposition::delivered);
  EXPECT_EQ(outcome.recipients[1].disposition, Disposition::quarantined);
  quarantine::Quarantine cellar(directory());
  const auto kept = cellar.list({});
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_THAT(kept[0].recipients, testing::ElementsAre("b@example.org"));
  EXPECT_THAT(told, SizeIs(2)) << "of the refused copy, beside the notice of the plan";
}

TEST_F(CarryOut, WhereTheCopiesCannotBeKeptEitherTheMailComesAgain) {
  deliver_to({0, 1});
  Script script = refusing("b@", "550 5.1.1 no such user");
  script.answers["RCPT TO:<sender@"] = {"550 5.1.8 no such domain\r\n"};
  lose_the_cellar = true;
  const mail::Outcome outcome = carried_out({script});
  EXPECT_EQ(outcome.recipients[1].reply.code, 451);
  EXPECT_EQ(outcome.recipients[1].disposition, Disposition::deferred);
  EXPECT_EQ(outcome.quarantine_id, "");
}

TEST_F(CarryOut, NobodyIsToldOfAMailWithoutASender) {
  mail.envelope.sender.clear();
  deliver_to({0, 1});
  EXPECT_EQ(codes(carried_out({refusing("b@", "550 5.1.1 no such user")})), (std::vector{250, 250}));
  EXPECT_THAT(mails_at_hop(), SizeIs(1));
}

TEST_F(CarryOut, InLmtpEachHasItsOwnReplyAndNobodyElseIsTold) {
  mail.protocol = mail::Protocol::lmtp;
  deliver_to({0, 1});
  EXPECT_EQ(codes(carried_out({refusing("b@", "550 5.1.1 no such user")})), (std::vector{250, 550}));
  EXPECT_THAT(mails_at_hop(), SizeIs(1));
}

TEST_F(CarryOut, ARefusalOfAllIsTheRepliesItself) {
  answer(0, Action::reject, 554, "5.7.0");
  answer(1, Action::reject, 554, "5.7.0");
  EXPECT_EQ(codes(carried_out()), (std::vector{554, 554}));
  EXPECT_THAT(mails_at_hop(), IsEmpty());
  EXPECT_THAT(told, SizeIs(1));
}

TEST_F(CarryOut, NoticesWaitUntilNobodyIsDeferred) {
  answer(0, Action::discard, 250, "2.7.0");
  answer(1, Action::defer, 451, "4.7.1");
  EXPECT_EQ(codes(carried_out()), (std::vector{250, 451}));
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(CarryOut, WhoeverNobodySpokeForIsDeferred) {
  deliver_to({0});
  EXPECT_EQ(codes(carried_out()), (std::vector{250, 451}));
}

}  // namespace
}  // namespace postern::act
