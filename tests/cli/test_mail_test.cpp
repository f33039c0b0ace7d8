// SPDX-License-Identifier: MIT
// The verb test-mail, over a connection to a server that answers as it is told.
#include <gmock/gmock.h>

#include "cli/test_mails.h"
#include "cli/verbs.h"
#include "deliver/scripted_hop.h"

namespace postern::cli {
namespace {

using deliver::Recorded;
using deliver::Script;
using deliver::ScriptedHop;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

struct Ended {
  explicit Ended(const Words& words) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    exit_code = test_mail(words);
    out = ::testing::internal::GetCapturedStdout();
    err = ::testing::internal::GetCapturedStderr();
  }
  int exit_code = -1;
  std::string out, err;
};

Script answering(const std::string& to_content) {
  Script script;
  script.answers["."] = {to_content};
  return script;
}

Ended sent(const ScriptedHop& hop, Words words) {
  words.insert(words.begin(), {"--send", hop.address().text()});
  return Ended(words);
}

TEST(TestMailVerb, ListsEveryMail) {
  const Ended run({"--list"});
  EXPECT_EQ(run.exit_code, 0);
  for (const TestMail& mail : test_mails())
    EXPECT_THAT(run.out,
                AllOf(HasSubstr(std::string(mail.name) + " "), HasSubstr(mail.what), HasSubstr(mail.expected)));
}

TEST(TestMailVerb, PrintsAMailToTheAddressesGiven) {
  const Ended run({"--stdout", "virus", "--from", "a@example.org", "--rcpt", "b@example.net"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out,
              AllOf(StartsWith("From: <a@example.org>\r\nTo: <b@example.net>\r\nSubject: Test mail: virus\r\nDate: "),
                    HasSubstr("WDVPIVAlQEFQWzRc")));
}

TEST(TestMailVerb, SendsAllOverOneConnection) {
  const ScriptedHop hop;
  const Ended run = sent(hop, {"--from", "a@example.org", "--rcpt", "b@example.net", "all"});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  EXPECT_THAT(run.out, Not(HasSubstr("UNEXPECTED")));
  const std::vector<Recorded> connections = hop.recorded();
  ASSERT_THAT(connections, SizeIs(1));
  ASSERT_THAT(connections[0].raw, SizeIs(test_mails().size()));
  EXPECT_THAT(connections[0].commands,
              Contains(AllOf(StartsWith("MAIL FROM:<a@example.org>"), HasSubstr("SMTPUTF8"))).Times(1));
  EXPECT_THAT(connections[0].commands, Contains(StartsWith("RCPT TO:<b@example.net>")).Times(test_mails().size()));
  for (size_t i = 0; i < test_mails().size(); ++i)
    EXPECT_THAT(deliver::unstuffed(connections[0].raw[i]),
                HasSubstr("X-Postern-Test: " + std::string(test_mails()[i].name)));
}

TEST(TestMailVerb, ARefusalIsPossibleForAVirusButNotForACleanMail) {
  const ScriptedHop hop({answering("550 5.7.1 No, thank you\r\n")});
  const Ended run = sent(hop, {"virus", "clean"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, AllOf(HasSubstr("virus            ok          550 5.7.1 No, thank you"),
                             HasSubstr("clean            UNEXPECTED  550 5.7.1 No, thank you")));
  EXPECT_EQ(sent(hop, {"virus"}).exit_code, 0);
}

TEST(TestMailVerb, ToBeToldToComeBackIsNeverRight) {
  const ScriptedHop hop({answering("451 4.3.0 Not now\r\n")});
  EXPECT_EQ(sent(hop, {"virus"}).exit_code, 1);
}

TEST(TestMailVerb, WhoDoesNotTakeInternationalMailIsTold) {
  Script old;
  old.extensions = {"8BITMIME"};
  const ScriptedHop hop({old});
  const Ended run = sent(hop, {"utf8"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("550 5.6.7"));
}

TEST(TestMailVerb, SaysThatNobodyAnswers) {
  std::string address;
  {
    const ScriptedHop gone;
    address = gone.address().text();
  }
  const Ended run({"--send", address, "clean"});
  EXPECT_EQ(run.exit_code, 69);
  EXPECT_THAT(run.err, HasSubstr("nobody answers on " + address));
}

TEST(TestMailVerb, UnderstandsNothingButWhatItKnows) {
  EXPECT_THAT(Ended({"--stdout", "virsu"}).err, HasSubstr("did you mean \"virus\"?"));
  for (const Words& words :
       {Words{}, Words{"virus"}, Words{"--stdout", "virsu"}, Words{"--send", "127.0.0.1:1"},
        Words{"--send", "nowhere", "clean"}, Words{"--send", "127.0.0.1:1", "clean", "no-such"},
        Words{"--stdout", "clean", "--rcpt", "a@b>\r\nX: y"}, Words{"--stdout", "clean", "--from", "no address"}}) {
    const Ended run(words);
    EXPECT_EQ(run.exit_code, 64) << ::testing::PrintToString(words);
    EXPECT_THAT(run.out, IsEmpty());
  }
}

}  // namespace
}  // namespace postern::cli
