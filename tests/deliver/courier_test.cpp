// SPDX-License-Identifier: MIT
// The courier against real next hops on the loopback.
#include "deliver/courier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "deliver/scripted_hop.h"

namespace postern::deliver {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A mail and a courier with these next hops.
struct Post {
  explicit Post(std::vector<NextHop> hops) {
    settings.next_hops = std::move(hops);
    settings.helo = "filter.example";
    envelope.sender = "s@example.org";
    to({"a@example.org"});
  }
  void to(const std::vector<std::string>& recipients) {
    envelope.recipients.clear();
    for (const auto& r : recipients) envelope.recipients.push_back({r, "", ""});
  }
  // "250 2.0.0 text" for each recipient.
  std::vector<std::string> deliver(support::Deadline deadline = support::Deadline::in(60s)) {
    if (!courier) courier.emplace(settings);
    Letter letter;
    letter.envelope = &envelope;
    letter.recipients.resize(envelope.recipients.size());
    std::iota(letter.recipients.begin(), letter.recipients.end(), 0u);
    letter.content = content;
    letter.edits = &edits;
    letter.client = client ? &*client : nullptr;
    letter.one_reply = one_reply;
    letter.is_awaited = is_awaited;
    receipts = courier->deliver(letter, deadline);
    std::vector<std::string> replies;
    for (const Receipt& r : receipts)
      replies.push_back(std::to_string(r.reply.code) + " " + r.reply.enhanced + " " + r.reply.text);
    return replies;
  }

  CourierSettings settings;
  mail::Envelope envelope;
  std::string content = "Subject: x\r\n\r\n.body\r\n";
  mail::HeaderEdits edits;
  std::optional<mail::Client> client;
  bool one_reply = false;
  std::function<bool()> is_awaited;
  std::vector<Receipt> receipts;
  std::optional<Courier> courier;
};

Script with(std::map<std::string, std::vector<std::string>> answers) {
  Script script;
  script.answers = std::move(answers);
  return script;
}

// A port on which nobody listens any more.
NextHop nobody() {
  return ScriptedHop().address();
}

TEST(Courier, DeliversWithEditsAndReturnsTheReply) {
  ScriptedHop hop;
  Post post({hop.address()});
  post.edits.prepend = {{"X-Checked", "yes"}};
  EXPECT_THAT(post.deliver(), ElementsAre("250 2.0.0 Ok: queued as 4XyZ"));
  EXPECT_EQ(post.receipts[0].next_hop, hop.address().text());
  const Recorded seen = hop.recorded().at(0);
  EXPECT_THAT(seen.commands, ElementsAre("EHLO filter.example", StartsWith("MAIL FROM:<s@example.org> SIZE="),
                                         "RCPT TO:<a@example.org>", "DATA"));
  EXPECT_EQ(unstuffed(seen.raw.at(0)), "X-Checked: yes\r\n" + post.content);
}

TEST(Courier, UsesAKeptConnectionWithTwoWritesForAMail) {
  ScriptedHop hop;
  Post post({hop.address()});
  for (int mail = 0; mail < 3; ++mail) EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  ASSERT_EQ(hop.recorded().size(), 1u);
  EXPECT_EQ(hop.recorded()[0].raw.size(), 3u);
  EXPECT_LE(hop.recorded()[0].reads, 1u + 3 * 2);
  EXPECT_THAT(hop.recorded()[0].commands, Not(Contains("RSET")));
}

TEST(Courier, GoesStepByStepWithoutPipelining) {
  Script script;
  script.extensions = {};
  ScriptedHop hop({script});
  Post post({hop.address()});
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_EQ(hop.recorded()[0].reads, 5u);
}

TEST(Courier, SpeaksHeloToAServerWithoutEhlo) {
  ScriptedHop hop({with({{"EHLO", {"502 no\r\n"}}})});
  Post post({hop.address()});
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_THAT(hop.recorded()[0].commands, Contains("HELO filter.example"));
}

TEST(Courier, ReplacesAStaleConnection) {
  for (const Script& first :
       {with({{".", {"250 2.0.0 Ok\r\nCLOSE"}}}), with({{"MAIL", {"250 Ok\r\n", "CLOSE"}}}),
        with({{"MAIL", {"250 Ok\r\n", "421 4.4.2 idle\r\nCLOSE"}}}), with({{"DATA", {"354 go\r\n", "CLOSE"}}})}) {
    ScriptedHop hop({first, Script{}});
    Post post({hop.address()});
    EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
    EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
    ASSERT_EQ(hop.recorded().size(), 2u);
    EXPECT_EQ(hop.recorded()[1].raw.size(), 1u);
  }
}

TEST(Courier, DoesNotUseAConnectionThatWasIdleTooLong) {
  ScriptedHop hop;
  Post post({hop.address()});
  post.settings.keep_idle = -1ms;
  post.deliver();
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_EQ(hop.recorded().size(), 2u);
  EXPECT_EQ(hop.recorded()[0].commands.back(), "QUIT");
}

TEST(Courier, SendsNoDotWhenNobodyWaitsAnyMore) {
  ScriptedHop hop;
  Post post({hop.address()});
  post.is_awaited = [] { return false; };
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("451 4.3.0")));
  post.is_awaited = [] { return true; };
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  const std::vector<Recorded> seen = hop.recorded();
  ASSERT_EQ(seen.size(), 2u);  // the first connection was in the middle of a mail and is gone
  EXPECT_THAT(seen[0].has_dot, testing::Each(false));
  EXPECT_THAT(seen[1].has_dot, ElementsAre(true));
}

TEST(Courier, FailsOverBeforeTheDot) {
  for (const Script& bad :
       {with({{"EHLO", {"450 4.7.1 later\r\n"}}}), with({{"EHLO", {"CLOSE"}}}),
        with({{"MAIL", {"421 4.3.2 bye\r\nCLOSE"}}}), with({{"MAIL", {"CLOSE"}}}), with({{"RCPT", {"CLOSE"}}}),
        with({{"DATA", {"CLOSE"}}}), with({{"MAIL", {"hello\r\n"}}})}) {
    ScriptedHop first({bad}), second;
    Post post({first.address(), second.address()});
    EXPECT_THAT(post.deliver(), ElementsAre("250 2.0.0 Ok: queued as 4XyZ"));
    EXPECT_EQ(post.receipts[0].next_hop, second.address().text());
  }
  for (const char* greeting : {"421 4.3.2 busy\r\nCLOSE", "554 5.7.1 not you\r\n", "SSH-2.0-x\r\n", "CLOSE"}) {
    Script bad;
    bad.greeting = greeting;
    ScriptedHop first({bad}), second;
    Post post({first.address(), second.address()});
    EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0"))) << greeting;
  }
  ScriptedHop second;
  Post post({nobody(), second.address()});
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
}

Script that_closes() {
  Script script;
  script.greeting = "CLOSE";
  return script;
}

TEST(Courier, AsksANextHopThatFailedSlowlyLastForAWhile) {
  ScriptedHop first({that_closes(), Script{}}), second;
  Post post({first.address(), second.address()});
  post.settings.slow = 0ms;
  post.settings.rest = 1h;
  for (int mail = 0; mail < 3; ++mail) {
    EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
    EXPECT_EQ(post.receipts[0].next_hop, second.address().text());
  }
  EXPECT_EQ(first.recorded().size(), 1u) << "the mails after the first one do not wait for it";
}

TEST(Courier, AsksARestingNextHopWhenNoOtherIsLeft) {
  ScriptedHop first({that_closes(), Script{}}), second({that_closes()});
  Post post({first.address(), second.address()});
  post.settings.slow = 0ms;
  post.settings.rest = 1h;
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("450")));
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_EQ(post.receipts[0].next_hop, first.address().text());
}

TEST(Courier, ComesBackToANextHopThatHasRestedOrThatFailedAtOnce) {
  for (const auto& [slow, rest] : {std::pair<std::chrono::milliseconds, std::chrono::milliseconds>(0ms, 0ms), {1h, 1h}}) {
    ScriptedHop first({that_closes(), Script{}}), second;
    Post post({first.address(), second.address()});
    post.settings.slow = slow;
    post.settings.rest = rest;
    EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
    EXPECT_EQ(post.receipts[0].next_hop, second.address().text());
    EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
    EXPECT_EQ(post.receipts[0].next_hop, first.address().text());
  }
}

TEST(Courier, FailsOverWhenTheContentIsCutOff) {
  Script cut;
  cut.close_after_content_bytes = 1;
  ScriptedHop first({cut}), second;
  Post post({first.address(), second.address()});
  post.content.append(30'000'000, 'x');  // more than the socket buffers hold
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_THAT(first.recorded().at(0).has_dot, ElementsAre(false));
}

TEST(Courier, DoesNotFailOverAfterTheDot) {
  ScriptedHop first({with({{".", {"CLOSE"}}})}), second;
  Post post({first.address(), second.address()});
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("451 4.4.2")));
  EXPECT_TRUE(first.recorded().at(0).has_dot.at(0));
  EXPECT_TRUE(second.recorded().empty());
}

TEST(Courier, TakesRefusalsForAnswers) {
  const std::vector<std::pair<Script, std::string>> cases = {
      {with({{"MAIL", {"550 5.7.1 no\r\n"}}}), "550 5.7.1 no"},
      {with({{"MAIL", {"451 later\r\n"}}}), "451 4.1.0 later"},
      {with({{"RCPT", {"550 no such\r\n"}}}), "550 5.1.0 no such"},
      {with({{"RCPT", {"450 4.2.0 g\r\n"}}}), "450 4.2.0 g"},
      {with({{"DATA", {"554 5.6.0 no\r\n"}}}), "554 5.6.0 no"},
      {with({{".", {"550 5.7.1 spam\r\n"}}}), "550 5.7.1 spam"},
      {with({{".", {"452 full\r\n"}}}), "452 4.3.1 full"},
      {with({{".", {"rubbish\r\n"}}}), "451 4.5.0"}};
  for (const auto& [script, expected] : cases) {
    ScriptedHop first({script}), second;
    Post post({first.address(), second.address()});
    EXPECT_THAT(post.deliver(), ElementsAre(StartsWith(expected)));
    EXPECT_TRUE(second.recorded().empty()) << expected;
  }
}

TEST(Courier, NamesTheFailureWhenNoNextHopIsLeft) {
  Post refused({nobody()});
  EXPECT_THAT(refused.deliver(), ElementsAre(StartsWith("450 4.4.1")));
  EXPECT_EQ(refused.receipts[0].next_hop, "");
  Script junk;
  junk.greeting = "hello\r\n";
  ScriptedHop hop({junk});
  Post garbage({hop.address()});
  EXPECT_THAT(garbage.deliver(), ElementsAre(StartsWith("451 4.5.0")));
  Post none({});
  EXPECT_THAT(none.deliver(), ElementsAre(StartsWith("450 4.4.2")));
}

TEST(Courier, EndsByItsDeadlineWhereverTheHopHangs) {
  for (const char* verb : {"EHLO", "MAIL", "RCPT", "DATA"}) {
    ScriptedHop hop({with({{verb, {"HANG"}}})});
    Post post({hop.address()});
    EXPECT_THAT(post.deliver(support::Deadline::in(100ms)), ElementsAre(StartsWith("450 4.4.2"))) << verb;
  }
  ScriptedHop silent({with({{".", {"HANG"}}})});
  Post post({silent.address()});
  EXPECT_THAT(post.deliver(support::Deadline::in(100ms)), ElementsAre(StartsWith("451 4.4.2")));
}

TEST(Courier, GivesLmtpRecipientsTheirOwnReplies) {
  Script script = with({{"RCPT TO:<b", {"550 5.1.1 no b\r\n"}}, {".", {"250 2.1.5 stored\r\n", "452 4.2.2 full\r\n"}}});
  script.lmtp = true;
  ScriptedHop hop({script});
  Post post({hop.address()});
  post.to({"a@example.org", "b@example.org", "c@example.org"});
  EXPECT_THAT(post.deliver(), ElementsAre("250 2.1.5 stored", "550 5.1.1 no b", "452 4.2.2 full"));
}

TEST(Courier, SendsNoContentWhenOneReplyMustBeTemporary) {
  ScriptedHop hop({with({{"RCPT TO:<b", {"450 4.2.0 later\r\n"}}})});
  Post post({hop.address()});
  post.to({"a@example.org", "b@example.org"});
  post.one_reply = true;
  EXPECT_THAT(post.deliver(), ElementsAre("450 4.2.0 later", "450 4.2.0 later"));
  EXPECT_THAT(hop.recorded()[0].commands, Not(Contains("DATA")));
  post.to({"a@example.org"});
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_THAT(hop.recorded()[0].commands, Contains("RSET"));
}

TEST(Courier, SendsNothingWhenDataIsAcceptedForNobody) {
  ScriptedHop hop({with({{"RCPT", {"550 5.1.1 no\r\n"}}, {"DATA", {"354 go\r\n"}}}), Script{}});
  Post post({hop.address()});
  EXPECT_THAT(post.deliver(), ElementsAre("550 5.1.1 no"));
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_THAT(hop.recorded()[0].raw, ElementsAre(""));
}

TEST(Courier, AnswersForWhatTheNextHopCannotTake) {
  Script plain;
  plain.extensions = {"PIPELINING", "SIZE 1000"};
  ScriptedHop hop({plain});
  Post post({hop.address()});
  post.content = "Subject: \xfc\r\n";
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("550 5.6.3")));
  post.content = "Subject: u\r\n";
  post.envelope.body = mail::BodyType::eight_bit_mime;
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  post.to({"gr\xc3\xbc\xc3\x9f@example.org"});
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("550 5.6.7")));
  post.to({"a@example.org"});
  post.envelope.smtputf8 = true;
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("550 5.6.7")));
  post.envelope.smtputf8 = false;
  post.content += std::string(1000, 'x');
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("552 5.3.4")));
  EXPECT_EQ(hop.recorded().size(), 1u);
}

TEST(Courier, PassesDsnParametersAndTheClient) {
  Script script;
  script.extensions.push_back("XFORWARD NAME ADDR IDENT SOURCE");
  ScriptedHop hop({script});
  Post post({hop.address()});
  post.envelope.ret = "HDRS";
  post.envelope.envid = "a+2Bb";
  post.envelope.recipients[0] = {"a@example.org", "NEVER", "rfc822;a@example.org"};
  post.client = mail::Client{"", "192.0.2.1", "", "", "", "LOCAL", "4Xy"};
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_THAT(hop.recorded()[0].commands,
              ElementsAre(testing::_, "XFORWARD NAME=[UNAVAILABLE] ADDR=192.0.2.1 IDENT=4Xy SOURCE=LOCAL",
                          HasSubstr(" RET=HDRS ENVID=a+2Bb"),
                          "RCPT TO:<a@example.org> NOTIFY=NEVER ORCPT=rfc822;a@example.org", "DATA"));
}

TEST(Courier, NeverEndsAContentItMustNotSend) {
  ScriptedHop hop;
  Post post({hop.address()});
  post.content = "Subject: x\r\n\r\n" + std::string(300'000, 'x') + "\n.\r\n";
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("451 4.3.0")));
  post.content = "Subject: x\r\n\r\nfine\r\n";
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_THAT(hop.recorded()[0].has_dot, ElementsAre(false));
}

TEST(Courier, SendsNoAddressThatWouldBeACommand) {
  ScriptedHop hop;
  Post post({hop.address()});
  post.to({"a@example.org>\r\nRCPT TO:<b@example.org"});
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("451 4.3.0")));
  EXPECT_TRUE(hop.recorded().empty());
}

TEST(Courier, DeliversALargeMailUnchanged) {
  ScriptedHop hop;
  Post post({hop.address()});
  while (post.content.size() < 3'000'000) post.content += "line\r\n.dot\r\n..\r\n";
  EXPECT_THAT(post.deliver(), ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_EQ(unstuffed(hop.recorded()[0].raw.at(0)), post.content);
}

}  // namespace
}  // namespace postern::deliver
