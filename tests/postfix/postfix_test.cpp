// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "postfix/site.h"
#include "support/samples.h"

namespace postern::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

const char* const somebody = "somebody@example.test";

size_t times(const std::string& what, const std::string& text) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

std::string first_match(const std::string& text, const std::string& pattern) {
  std::smatch found;
  return std::regex_search(text, found, std::regex(pattern)) ? found[1].str() : std::string();
}

class BehindPostfix : public ::testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    if (const auto obstacle = PostfixInstance::obstacle()) {
      if (const char* required = std::getenv("POSTERN_REQUIRE_POSTFIX"); required && *required == '1')
        FAIL() << *obstacle;
      GTEST_SKIP() << *obstacle;
    }
    if (!site_) site_ = std::make_unique<Site>(GetParam());
    site_->mend();
  }
  static void TearDownTestSuite() { site_.reset(); }

  bool is_before_queue() const { return GetParam() == Way::before_queue; }
  Site& site() { return *site_; }
  RecordingNextHop& destination() { return site_->destination; }
  const PostfixInstance& postfix() { return site_->postfix(); }

  // Through a connection of its own; the final reply.
  std::string send(const SentMail& mail) {
    Client client = site().client();
    return send(mail, client);
  }
  std::string send(const SentMail& mail, Client& client) {
    const auto replies = client.sends(mail);
    client.quits();
    return replies.at(0);
  }
  static SentMail mail_to_somebody(const std::string& content, const std::string& parameters = {}) {
    return {.sender = "sender@example.org", .parameters = parameters, .recipients = {{somebody}}, .content = content};
  }

  // Everything that was sent has found its end, and this much of it arrived: a clean mail, sent last, is the last to
  // arrive.
  std::vector<KeptMail> all_that_arrived() {
    postfix().wait_for_empty_queue();
    const size_t before = destination().mails().size();
    EXPECT_THAT(send(mail_to_somebody(clean("The last one"))), StartsWith("250"));
    postfix().wait_for_empty_queue();
    std::vector<KeptMail> mails = destination().wait_for(before + 1);
    EXPECT_THAT(mails.back().content, HasSubstr("Subject: The last one"));
    mails.pop_back();
    return mails;
  }

  std::string quarantine_list() { return site().postern().postern({"quarantine", "list"}).out; }

 private:
  static std::unique_ptr<Site> site_;  // of the set-up whose tests are running
};

std::unique_ptr<Site> BehindPostfix::site_;

TEST_P(BehindPostfix, PostfixAndPosternUnderstandEveryDocumentedLine) {
  EXPECT_EQ(postfix().complaints(), "");
  const Ended check = site().postern().postern({"check-config"});
  EXPECT_EQ(check.exit_code, 0);
  EXPECT_EQ(check.err, "");
}

// Postfix adds these two fields to a mail of a local client that lacks them.
std::string completed(const std::string& content) {
  return "Date: Mon, 05 Jan 2026 10:00:00 +0000\r\nMessage-ID: <4712@example.org>\r\n" + content;
}

struct Sample {
  const char* name;
  std::string content, parameters = {};
};

TEST_P(BehindPostfix, CleanMailArrivesByteForByteWithOurFieldsOnce) {
  const Sample samples[] = {{"small", clean()},
                            {"4 KiB", large_mail(4096)},
                            {"60 KiB", large_mail(60 * 1024)},
                            {"2 MiB", large_mail(2 * 1024 * 1024)},
                            {"8-bit", eight_bit_mail(), "BODY=8BITMIME"},
                            {"UTF-8 header", completed(utf8_header_mail()), "BODY=8BITMIME SMTPUTF8"},
                            {"dots at line starts", dots_mail()},
                            {"long lines", long_lines_mail()},
                            {"attachments", nested_zip()}};
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.name);
    destination().forget();
    ASSERT_THAT(send(mail_to_somebody(sample.content, sample.parameters)), StartsWith("250"));
    const KeptMail arrived = destination().wait_for(1).at(0);
    // Fields are put before it, by Postfix and by us, and not a byte is changed.
    ASSERT_TRUE(arrived.content.ends_with(sample.content)) << arrived.content.substr(0, 4096);
    const std::string added = arrived.content.substr(0, arrived.content.size() - sample.content.size());
    EXPECT_EQ(times("X-Virus-Scanned: Postern at ", added), 1u) << added;
    EXPECT_EQ(times("(Postern, ", added), 1u) << added;
    EXPECT_EQ(times("Received: ", added), 3u) << added;  // first entrance, Postern, second entrance
    EXPECT_FALSE(arrived.has_bare_line_end);
  }
}

TEST_P(BehindPostfix, PostfixLogsOurAnswerWithTheQueueIdOfTheSecondPass) {
  const size_t before = postfix().log().size();
  const std::string reply = send(mail_to_somebody(clean()));
  const std::string ours =
      "250 2\\.0\\.0 Ok, id=[A-Za-z0-9_-]+, from MTA\\(smtp:\\[127\\.0\\.0\\.1\\]:" + std::to_string(site().reentry_port()) +
      "\\): 250 2\\.0\\.0 Ok: queued as [0-9A-Za-z]+";
  const std::string line = is_before_queue()
                               ? postfix().wait_for_log("proxy-accept: END-OF-MESSAGE: " + ours, before)
                               : postfix().wait_for_log("postfix/postern/[ls]mtp.*status=sent \\(" + ours, before);
  const std::string second_pass = first_match(line, "queued as ([0-9A-Za-z]+)");
  postfix().wait_for_log("reentry/smtpd.*" + second_pass + ": client=", before);
  postfix().wait_for_log(second_pass + ": to=<somebody@example\\.test>.*status=sent", before);
  if (is_before_queue()) {
    EXPECT_THAT(reply, HasSubstr("queued as " + second_pass));
  }
}

TEST_P(BehindPostfix, TheOriginalClientStandsInTheSecondLogEntry) {
  const size_t before = postfix().log().size();
  destination().answers("RCPT", "450 4.2.0 not now");  // so that the second pass's queue file stays to be looked at
  Client client = site().client_from("mail.sender.example", "192.0.2.25", "helo.sender.example");
  const std::string reply = send(mail_to_somebody(clean()), client);
  ASSERT_THAT(reply, StartsWith("250"));

  const std::string line = postfix().wait_for_log(
      "reentry/smtpd.*client=.*127\\.0\\.0\\.1\\].*orig_client=mail\\.sender\\.example\\[192\\.0\\.2\\.25\\]", before);
  if (!is_before_queue()) {
    EXPECT_THAT(line, HasSubstr("orig_queue_id=" + first_match(reply, "queued as ([0-9A-Za-z]+)")));
  }

  const std::string queue_id = first_match(line, ": ([0-9A-Za-z]+): client=");
  postfix().wait_for_log(queue_id + ": .*status=deferred", before);
  const std::string file = postfix().queue_file(queue_id);
  EXPECT_THAT(file, HasSubstr("named_attribute: log_client_address=192.0.2.25\n"));
  EXPECT_THAT(file, HasSubstr("named_attribute: log_client_name=mail.sender.example\n"));
  EXPECT_THAT(file, HasSubstr("named_attribute: log_helo_name=helo.sender.example\n"));

  destination().behaves();
  postfix().flush_until_empty();
  EXPECT_THAT(destination().mails(), SizeIs(1));
}

TEST_P(BehindPostfix, InfectedMailIsQuarantinedAndNeverArrives) {
  const size_t logged = site().postern().mail_log().size();
  for (const std::string& content : {eicar_mail(), eicar_zip_in_forwarded_mail()}) {
    Client client = site().client_from("mail.sender.example", "192.0.2.25", "mail.sender.example");
    EXPECT_THAT(send(mail_to_somebody(content), client), StartsWith(is_before_queue() ? "554 5.7.0" : "250"));
  }
  EXPECT_THAT(all_that_arrived(), IsEmpty());
  const std::vector<json> mails = site().postern().mail_log();
  ASSERT_EQ(mails.size(), logged + 3);  // the third is the clean one
  for (size_t i = logged; i < logged + 2; ++i) {
    const std::string id = mails[i]["quarantine_id"];
    ASSERT_NE(id, "");
    EXPECT_EQ(mails[i]["quarantine"], "virus-" + id + ".eml");
    EXPECT_THAT(quarantine_list(), HasSubstr(id));
  }
}

TEST_P(BehindPostfix, TheOriginalClientDecidesWhichPolicyHolds) {
  Client laboratory = site().client_from("lab.example", "192.0.2.66", "lab.example");
  EXPECT_THAT(send(mail_to_somebody(eicar_mail()), laboratory), StartsWith("250"));
  Client partner = site().client_from("partner.example", "192.0.2.67", "partner.example");
  EXPECT_THAT(send(mail_to_somebody(eicar_mail()), partner), StartsWith("250"));
  const std::vector<KeptMail> arrived = all_that_arrived();
  ASSERT_THAT(arrived, SizeIs(1));
  EXPECT_THAT(arrived[0].content, AllOf(HasSubstr("\nX-Amavis-Alert: INFECTED"), EndsWith(eicar_mail())));
}

TEST_P(BehindPostfix, MailOfLocalProgramsIsExaminedToo) {
  const int held = site().postern().status()["counters"]["quarantined"];
  for (const std::string& content : {clean(), eicar_mail()})
    postfix().sendmail("program@example.test", somebody, content);
  destination().wait_for(1);  // the queue is empty also before pickup has seen the mail
  site().postern().wait_until("the infected one is held",
                              [&](const json& now) { return now["counters"]["quarantined"] == held + 1; });
  const std::vector<KeptMail> arrived = all_that_arrived();
  ASSERT_THAT(arrived, SizeIs(1));
  EXPECT_TRUE(arrived[0].content.ends_with(clean())) << arrived[0].content;
  EXPECT_EQ(times("X-Virus-Scanned: Postern at ", arrived[0].content), 1u);
}

TEST_P(BehindPostfix, AMailForManyArrivesOnceForEach) {
  SentMail mail = mail_to_somebody(clean());
  std::vector<std::string> expected;
  mail.recipients.clear();
  for (int i = 10; i < 22; ++i) {
    expected.push_back("r" + std::to_string(i) + "@example.test");
    mail.recipients.push_back({expected.back()});
  }
  EXPECT_THAT(send(mail), StartsWith("250"));
  std::vector<std::string> reached;
  for (const KeptMail& arrived : all_that_arrived())
    for (const KeptMail::Recipient& r : arrived.recipients) reached.push_back(r.address);
  std::sort(reached.begin(), reached.end());
  EXPECT_EQ(reached, expected);
}

TEST_P(BehindPostfix, TheNullSenderStaysNull) {
  SentMail mail = mail_to_somebody(clean());
  mail.sender = "";
  EXPECT_THAT(send(mail), StartsWith("250"));
  EXPECT_EQ(destination().wait_for(1).at(0).sender, "");
}

TEST_P(BehindPostfix, InternationalAddressesPass) {
  SentMail mail = mail_to_somebody(utf8_header_mail(), "BODY=8BITMIME SMTPUTF8");
  mail.sender = "s\xc3\xa9nder@example.org";
  mail.recipients = {{"j\xc3\xbcrgen@example.test"}};
  EXPECT_THAT(send(mail), StartsWith("250"));
  const KeptMail arrived = destination().wait_for(1).at(0);
  EXPECT_EQ(arrived.sender, mail.sender);
  EXPECT_EQ(arrived.recipients.at(0).address, mail.recipients[0].address);
  EXPECT_THAT(arrived.parameters, HasSubstr("SMTPUTF8"));
}

TEST_P(BehindPostfix, WishesForDeliveryNotificationsPass) {
  SentMail mail = mail_to_somebody(clean(), "RET=HDRS ENVID=QQ314159");
  mail.recipients = {{somebody, "NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first@example.test"},
                     {"nobody@example.test", "NOTIFY=NEVER"}};
  EXPECT_THAT(send(mail), StartsWith("250"));
  size_t seen = 0;
  for (const KeptMail& arrived : all_that_arrived()) {
    EXPECT_THAT(arrived.parameters, AllOf(HasSubstr("RET=HDRS"), HasSubstr("ENVID=QQ314159")));
    for (const KeptMail::Recipient& r : arrived.recipients) {
      ++seen;
      if (r.address == somebody)
        EXPECT_THAT(r.parameters,
                    AllOf(HasSubstr("NOTIFY=SUCCESS,FAILURE"), HasSubstr("ORCPT=rfc822;first@example.test")));
      else
        EXPECT_THAT(r.parameters, HasSubstr("NOTIFY=NEVER"));
    }
  }
  EXPECT_EQ(seen, 2u);
}

TEST_P(BehindPostfix, MailWaitsWhilePosternIsStopped) {
  const size_t before = postfix().log().size();
  site().stop_postern();
  if (is_before_queue()) {
    EXPECT_THAT(send(mail_to_somebody(clean())), StartsWith("451"));
    site().start_postern();
    EXPECT_THAT(send(mail_to_somebody(clean())), StartsWith("250"));
  } else {
    const std::string reply = send(mail_to_somebody(clean()));
    const std::string queue_id = first_match(reply, "queued as ([0-9A-Za-z]+)");
    postfix().wait_for_log(queue_id + ": .*status=deferred", before);
    const std::vector<json> queue = postfix().queue();
    ASSERT_THAT(queue, SizeIs(1));
    EXPECT_EQ(queue[0]["queue_name"], "deferred");
    EXPECT_EQ(queue[0]["queue_id"], queue_id);
    EXPECT_THAT(destination().mails(), IsEmpty());
    site().start_postern();
    postfix().flush_until_empty();
  }
  const std::vector<KeptMail> arrived = all_that_arrived();
  ASSERT_THAT(arrived, SizeIs(1));
  EXPECT_EQ(times("X-Virus-Scanned: Postern at ", arrived[0].content), 1u) << arrived[0].content;
}

TEST_P(BehindPostfix, NothingPassesUnseenWhileClamdIsDead) {
  const size_t before = postfix().log().size();
  const std::string contents[] = {clean(), eicar_mail()};
  site().clamd.kill();
  for (const std::string& content : contents) {
    const std::string reply = send(mail_to_somebody(content));
    if (is_before_queue()) {
      EXPECT_THAT(reply, StartsWith("451 4.7.1"));
    } else {
      const std::string queue_id = first_match(reply, "queued as ([0-9A-Za-z]+)");
      postfix().wait_for_log(queue_id + ": .*status=deferred .*said: 451 4\\.7\\.1", before);
    }
  }
  EXPECT_THAT(destination().mails(), IsEmpty());
  site().clamd.start();
  site().postern().wait_for_scanners();
  if (is_before_queue()) {  // the sender comes again
    for (const std::string& content : contents) send(mail_to_somebody(content));
  } else {
    EXPECT_THAT(postfix().queue(), SizeIs(2));
    postfix().flush_until_empty();
  }
  const std::vector<KeptMail> arrived = all_that_arrived();
  ASSERT_THAT(arrived, SizeIs(1));
  EXPECT_THAT(arrived[0].content, EndsWith(clean()));
}

TEST_P(BehindPostfix, OfFiftyMailsInFiveSessionsEachArrivesOnce) {
  const Ended source =
      run({"/usr/sbin/smtp-source", "-s", "5", "-m", "50", "-l", "4096", "-M", "source.example.org", "-f",
           "sender@example.org", "-t", somebody, "127.0.0.1:" + std::to_string(postfix().port())},
          std::chrono::seconds(60));
  ASSERT_EQ(source.exit_code, 0) << source.err;
  std::set<std::string> ids;
  const std::vector<KeptMail> arrived = all_that_arrived();
  for (const KeptMail& mail : arrived) ids.insert(first_match(mail.content, "\nMessage-I[dD]: (<[^>]+>)"));
  EXPECT_THAT(arrived, SizeIs(50));
  EXPECT_THAT(ids, SizeIs(50));
}

INSTANTIATE_TEST_SUITE_P(AfterQueueOverLmtp, BehindPostfix, ::testing::Values(Way::after_queue_lmtp));
INSTANTIATE_TEST_SUITE_P(AfterQueueOverSmtp, BehindPostfix, ::testing::Values(Way::after_queue_smtp));
INSTANTIATE_TEST_SUITE_P(BeforeQueue, BehindPostfix, ::testing::Values(Way::before_queue));

}  // namespace
}  // namespace postern::testing
