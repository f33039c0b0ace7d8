// SPDX-License-Identifier: MIT
// Scripted dialogues. Each runs twice: the server's bytes at once, and one at a time.
#include "smtp/client.h"

#include <gtest/gtest.h>

#include <memory>
#include <numeric>

namespace postern::smtp {
namespace {

using Step = Client::Step;
using Protocol = Client::Protocol;

class Dialogue : public testing::TestWithParam<bool> {
 protected:
  void start(Protocol protocol = Protocol::smtp) { client_ = std::make_unique<Client>(protocol, "filter.example"); }

  // Greeting and hello with these extensions, one in each line.
  void greet(const std::vector<std::string>& extensions, Protocol protocol = Protocol::smtp) {
    start(protocol);
    server("220 hop\r\n");
    sends(protocol == Protocol::lmtp ? "LHLO filter.example\r\n" : "EHLO filter.example\r\n");
    std::string hello;
    for (const auto& extension : extensions) hello += "250-" + extension + "\r\n";
    server("250-hop\r\n" + hello + "250 HELP\r\n");
    ASSERT_EQ(client_->step(), Step::ready);
  }

  void begin(std::vector<std::string> recipients, bool one_reply = false, const mail::Client* forwarded = nullptr) {
    envelope_.sender = "s@example.org";
    envelope_.recipients.clear();
    for (auto& r : recipients) envelope_.recipients.push_back({r, "", ""});
    indexes_.resize(recipients.size());
    std::iota(indexes_.begin(), indexes_.end(), 0u);
    client_->begin({&envelope_, indexes_, forwarded, 100, false, one_reply});
  }

  void server(std::string_view bytes) {
    if (!GetParam()) return client_->receive(bytes);
    for (const char& c : bytes) client_->receive({&c, 1});
  }

  void sends(std::string_view expected) {
    EXPECT_EQ(client_->output(), expected);
    client_->output_sent();
  }

  void send_content() {
    ASSERT_EQ(client_->step(), Step::content);
    client_->content_sent();
  }

  // "250 2.0.0 text" of one recipient.
  std::string reply(size_t recipient) const {
    const mail::Reply& r = client_->replies().at(recipient);
    return std::to_string(r.code) + " " + r.enhanced + " " + r.text;
  }

  void ends_broken(int code, std::string_view enhanced) {
    ASSERT_EQ(client_->step(), Step::broken);
    EXPECT_EQ(client_->failure().code, code);
    EXPECT_EQ(client_->failure().enhanced, enhanced);
    EXPECT_FALSE(client_->is_reusable());
  }

  std::unique_ptr<Client> client_;
  mail::Envelope envelope_;
  std::vector<uint32_t> indexes_;
};

INSTANTIATE_TEST_SUITE_P(Bytes, Dialogue, testing::Bool(),
                         [](const auto& run) { return run.param ? "ByteAtATime" : "AtOnce"; });

TEST_P(Dialogue, SendsAWholeGroupToAServerThatPipelines) {
  greet({"PIPELINING"});
  begin({"a@example.org"});
  sends("MAIL FROM:<s@example.org>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n");
  server("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 go\r\n");
  send_content();
  server("250 2.0.0 Ok: queued as 4XyZ\r\n");
  ASSERT_EQ(client_->step(), Step::done);
  EXPECT_EQ(reply(0), "250 2.0.0 Ok: queued as 4XyZ");
  EXPECT_TRUE(client_->is_reusable());
}

TEST_P(Dialogue, GoesStepByStepOtherwise) {
  greet({});
  begin({"a@example.org", "b@example.org"});
  sends("MAIL FROM:<s@example.org>\r\n");
  server("250 Ok\r\n");
  sends("RCPT TO:<a@example.org>\r\n");
  server("250 Ok\r\n");
  sends("RCPT TO:<b@example.org>\r\n");
  server("250 Ok\r\n");
  sends("DATA\r\n");
  server("354 go\r\n");
  send_content();
  server("250 thanks\r\n");
  EXPECT_EQ(reply(0), "250 2.6.0 thanks");
  EXPECT_EQ(reply(1), "250 2.6.0 thanks");
}

TEST_P(Dialogue, FallsBackToHeloOn5xx) {
  start();
  server("220 old\r\n");
  sends("EHLO filter.example\r\n");
  server("500 what?\r\n");
  sends("HELO filter.example\r\n");
  server("250-old\r\n250 PIPELINING\r\n");
  ASSERT_EQ(client_->step(), Step::ready);
  EXPECT_FALSE(client_->capabilities().pipelining);
}

TEST_P(Dialogue, DoesNotFallBackOn4xxNorInLmtp) {
  start();
  server("220 hop\r\n");
  client_->output_sent();
  server("450 4.7.1 later\r\n");
  ends_broken(450, "4.7.1");

  start(Protocol::lmtp);
  server("220 hop\r\n");
  sends("LHLO filter.example\r\n");
  server("500 5.5.1 what?\r\n");
  ends_broken(450, "4.3.2");
}

TEST_P(Dialogue, MakesARefusedGreetingTemporary) {
  start();
  server("554 5.7.1 not you\r\n");
  ends_broken(450, "4.3.2");
  EXPECT_EQ(client_->failure().text, "not you");

  start();
  server("421 4.7.0 busy\r\n");
  ends_broken(450, "4.7.0");
}

TEST_P(Dialogue, GivesTheRefusedTheirOwnReplyAndTheOthersTheMail) {
  greet({"PIPELINING"});
  begin({"a@example.org", "b@example.org", "c@example.org"});
  server("");
  client_->output_sent();
  server("250 Ok\r\n550 5.1.1 no a\r\n250 Ok\r\n450 c later\r\n354 go\r\n");
  send_content();
  server("250 2.0.0 queued\r\n");
  EXPECT_EQ(reply(0), "550 5.1.1 no a");
  EXPECT_EQ(reply(1), "250 2.0.0 queued");
  EXPECT_EQ(reply(2), "450 4.1.0 c later");
  EXPECT_TRUE(client_->is_reusable());
}

TEST_P(Dialogue, SendsNoContentWhenAllAreRefusedAndResetsNextTime) {
  greet({"PIPELINING"});
  begin({"a@example.org"});
  client_->output_sent();
  server("250 Ok\r\n550 5.1.1 no\r\n554 5.5.1 no valid recipients\r\n");
  ASSERT_EQ(client_->step(), Step::done);
  EXPECT_EQ(reply(0), "550 5.1.1 no");
  ASSERT_TRUE(client_->is_reusable());
  begin({"b@example.org"});
  sends("RSET\r\nMAIL FROM:<s@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n");
  server("250 Ok\r\n250 Ok\r\n250 Ok\r\n354 go\r\n");
  send_content();
  server("250 2.0.0 queued\r\n");
  EXPECT_EQ(reply(0), "250 2.0.0 queued");
}

TEST_P(Dialogue, EndsWithoutADotWhenDataIsAcceptedForNobody) {
  greet({"PIPELINING"});
  begin({"a@example.org"});
  client_->output_sent();
  server("250 Ok\r\n550 5.1.1 no\r\n354 go\r\n");
  ASSERT_EQ(client_->step(), Step::done);
  EXPECT_EQ(reply(0), "550 5.1.1 no");
  EXPECT_FALSE(client_->is_reusable());
}

TEST_P(Dialogue, GivesTheReplyToMailToAll) {
  greet({"PIPELINING"});
  begin({"a@example.org", "b@example.org"});
  client_->output_sent();
  server("552 5.3.4 too big\r\n503 first MAIL\r\n503 first MAIL\r\n503 first MAIL\r\n");
  ASSERT_EQ(client_->step(), Step::done);
  EXPECT_EQ(reply(0), "552 5.3.4 too big");
  EXPECT_EQ(reply(1), "552 5.3.4 too big");
  EXPECT_TRUE(client_->is_reusable());
}

TEST_P(Dialogue, StopsAfterARefusedMailWithoutPipelining) {
  greet({});
  begin({"a@example.org"});
  client_->output_sent();
  server("451 4.3.0 later\r\n");
  ASSERT_EQ(client_->step(), Step::done);
  sends("");
  EXPECT_EQ(reply(0), "451 4.3.0 later");
}

TEST_P(Dialogue, GivesTheReplyToDataToTheAccepted) {
  greet({"PIPELINING"});
  begin({"a@example.org", "b@example.org"});
  client_->output_sent();
  server("250 Ok\r\n550 5.1.1 no\r\n250 Ok\r\n451 no space\r\n");
  ASSERT_EQ(client_->step(), Step::done);
  EXPECT_EQ(reply(0), "550 5.1.1 no");
  EXPECT_EQ(reply(1), "451 4.6.0 no space");
}

TEST_P(Dialogue, WaitsWithDataForSeveralRecipientsOfOneReply) {
  greet({"PIPELINING"});
  begin({"a@example.org", "b@example.org", "c@example.org"}, true);
  sends(
      "MAIL FROM:<s@example.org>\r\nRCPT TO:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nRCPT TO:<c@example.org>\r\n");
  server("250 Ok\r\n250 Ok\r\n450 4.2.0 later\r\n550 5.1.1 no\r\n");
  ASSERT_EQ(client_->step(), Step::done);
  sends("");
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(reply(i), "450 4.2.0 later");
  EXPECT_TRUE(client_->is_reusable());
}

TEST_P(Dialogue, DeliversOneReplyMailWhenNoneIsTemporary) {
  greet({"PIPELINING"});
  begin({"a@example.org", "b@example.org"}, true);
  client_->output_sent();
  server("250 Ok\r\n250 Ok\r\n550 5.1.1 no\r\n");
  sends("DATA\r\n");
  server("354 go\r\n");
  send_content();
  server("250 2.0.0 queued\r\n");
  EXPECT_EQ(reply(0), "250 2.0.0 queued");
  EXPECT_EQ(reply(1), "550 5.1.1 no");
}

TEST_P(Dialogue, HearsOneReplyForEachAcceptedRecipientInLmtp) {
  greet({"PIPELINING"}, Protocol::lmtp);
  begin({"a@example.org", "b@example.org", "c@example.org"});
  client_->output_sent();
  server("250 Ok\r\n250 Ok\r\n550 5.1.1 no b\r\n250 Ok\r\n354 go\r\n");
  send_content();
  server("250 2.1.5 stored\r\n");
  EXPECT_EQ(client_->step(), Step::dialogue);
  server("452 4.2.2 full\r\n");
  ASSERT_EQ(client_->step(), Step::done);
  EXPECT_EQ(reply(0), "250 2.1.5 stored");
  EXPECT_EQ(reply(1), "550 5.1.1 no b");
  EXPECT_EQ(reply(2), "452 4.2.2 full");
}

TEST_P(Dialogue, NeverLosesAMailWhoseConfirmationIsMissing) {
  greet({"PIPELINING"}, Protocol::lmtp);
  begin({"a@example.org", "b@example.org"});
  client_->output_sent();
  server("250 Ok\r\n250 Ok\r\n250 Ok\r\n354 go\r\n");
  send_content();
  server("250 2.1.5 stored\r\n250 2.");
  client_->lost({450, "4.4.2", "closed"});
  ASSERT_EQ(client_->step(), Step::done);
  EXPECT_EQ(reply(0), "250 2.1.5 stored");
  EXPECT_EQ(client_->replies()[1].code, 451);
  EXPECT_EQ(client_->replies()[1].enhanced, "4.4.2");
  EXPECT_FALSE(client_->is_reusable());
}

TEST_P(Dialogue, TakesGarbageAfterTheDotForNoConfirmation) {
  for (const char* garbage : {"nonsense\r\n", "354 go on\r\n"}) {
    greet({"PIPELINING"});
    begin({"a@example.org"});
    client_->output_sent();
    server("250 Ok\r\n250 Ok\r\n354 go\r\n");
    send_content();
    server(garbage);
    ASSERT_EQ(client_->step(), Step::done) << garbage;
    EXPECT_EQ(client_->replies()[0].code, 451);
    EXPECT_EQ(client_->replies()[0].enhanced, "4.5.0");
    EXPECT_FALSE(client_->is_reusable());
  }
}

TEST_P(Dialogue, IsBrokenByLossBeforeTheDot) {
  greet({"PIPELINING"});
  begin({"a@example.org"});
  client_->output_sent();
  server("250 Ok\r\n250 Ok\r\n");
  client_->lost({450, "4.4.2", "closed"});
  ends_broken(450, "4.4.2");

  greet({"PIPELINING"});
  begin({"a@example.org"});
  client_->output_sent();
  server("250 Ok\r\n250 Ok\r\n354 go\r\n");
  ASSERT_EQ(client_->step(), Step::content);
  client_->lost({450, "4.4.2", "closed"});
  ends_broken(450, "4.4.2");
}

TEST_P(Dialogue, KeepsTheAnswersWhenTheServerClosesAfterRefusingAll) {
  greet({"PIPELINING"});
  begin({"a@example.org"});
  client_->output_sent();
  server("550 5.7.1 never\r\n");
  client_->lost({450, "4.4.2", "closed"});
  ASSERT_EQ(client_->step(), Step::done);
  EXPECT_EQ(reply(0), "550 5.7.1 never");
}

TEST_P(Dialogue, LeavesAServerThatSays421BeforeTheDot) {
  const std::vector<std::string> stages = {"421 4.3.2 bye\r\n", "250 Ok\r\n421 4.3.2 bye\r\n",
                                           "250 Ok\r\n250 Ok\r\n421 4.3.2 bye\r\n"};
  for (const std::string& stage : stages) {
    greet({"PIPELINING"});
    begin({"a@example.org"});
    client_->output_sent();
    server(stage);
    ends_broken(450, "4.3.2");
  }
}

TEST_P(Dialogue, TakesA421AfterTheDotForTheAnswer) {
  greet({"PIPELINING"});
  begin({"a@example.org"});
  client_->output_sent();
  server("250 Ok\r\n250 Ok\r\n354 go\r\n");
  send_content();
  server("421 4.3.2 shutting down\r\n");
  ASSERT_EQ(client_->step(), Step::done);
  EXPECT_EQ(reply(0), "451 4.3.2 shutting down");
  EXPECT_FALSE(client_->is_reusable());
}

TEST_P(Dialogue, BelievesARefusalButNoAcceptanceInTheMiddleOfTheContent) {
  greet({"PIPELINING"});
  begin({"a@example.org"});
  client_->output_sent();
  server("250 Ok\r\n250 Ok\r\n354 go\r\n");
  server("552 5.3.4 too big\r\n");
  ASSERT_EQ(client_->step(), Step::done);
  EXPECT_EQ(reply(0), "552 5.3.4 too big");
  EXPECT_FALSE(client_->is_reusable());

  greet({"PIPELINING"});
  begin({"a@example.org"});
  client_->output_sent();
  server("250 Ok\r\n250 Ok\r\n354 go\r\n");
  server("250 2.0.0 queued\r\n");
  ends_broken(451, "4.5.0");
}

TEST_P(Dialogue, IsBrokenByAnAnswerToNoQuestion) {
  greet({});
  server("250 2.0.0 queued\r\n");
  ends_broken(451, "4.5.0");
}

TEST_P(Dialogue, DoesNotReuseAConnectionThatSaysTooMuch) {
  greet({"PIPELINING"});
  begin({"a@example.org"});
  client_->output_sent();
  server("250 Ok\r\n250 Ok\r\n354 go\r\n");
  send_content();
  server("250 2.0.0 queued\r\n25");
  ASSERT_EQ(client_->step(), Step::done);
  EXPECT_EQ(reply(0), "250 2.0.0 queued");
  EXPECT_FALSE(client_->is_reusable());
}

TEST_P(Dialogue, RefusesRepliesThatFitNoCommand) {
  const std::vector<std::string> stages = {"354 Ok\r\n", "250 Ok\r\n354 Ok\r\n", "250 Ok\r\n250 Ok\r\n250 Ok\r\n"};
  for (const std::string& stage : stages) {
    greet({"PIPELINING"});
    begin({"a@example.org"});
    client_->output_sent();
    server(stage);
    ends_broken(451, "4.5.0");
  }
}

TEST_P(Dialogue, ForwardsTheClientBeforeMailAndGoesOnWhenRefused) {
  const mail::Client forwarded{"mx", "192.0.2.1", "", "", "", "", ""};
  greet({"PIPELINING", "XFORWARD NAME ADDR"});
  begin({"a@example.org"}, false, &forwarded);
  sends("XFORWARD NAME=mx ADDR=192.0.2.1\r\nMAIL FROM:<s@example.org>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n");
  server("550 5.7.0 not you\r\n250 Ok\r\n250 Ok\r\n354 go\r\n");
  send_content();
  server("250 2.0.0 queued\r\n");
  EXPECT_EQ(reply(0), "250 2.0.0 queued");
}

TEST_P(Dialogue, SendsManyRecipientsInGroupsOfBoundedSize) {
  greet({"PIPELINING"});
  begin(std::vector<std::string>(120, "a@example.org"));
  size_t commands = 0;
  for (int group = 0; client_->step() == Step::dialogue && group < 10; ++group) {
    const std::string output(client_->output());
    client_->output_sent();
    std::string answers;
    size_t in_group = 0;
    for (size_t at = 0; at < output.size(); at = output.find("\r\n", at) + 2, ++in_group)
      answers += output.compare(at, 4, "DATA") == 0 ? "354 go\r\n" : "250 Ok\r\n";
    EXPECT_LE(in_group, 50u);
    commands += in_group;
    server(answers);
  }
  EXPECT_EQ(commands, 122u);
  send_content();
  server("250 2.0.0 queued\r\n");
  EXPECT_EQ(reply(119), "250 2.0.0 queued");
}

}  // namespace
}  // namespace postern::smtp
