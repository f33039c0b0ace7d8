// SPDX-License-Identifier: MIT
// What is examined, what is decided, and what the client is told.
#include <fstream>
#include <iterator>

#include "system/house.h"

namespace postern::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Verdict : public House {};

// The notice to the administrator comes by the same next hop, after the reply.
KeptMail notice_in(const std::vector<KeptMail>& mails) {
  for (const KeptMail& mail : mails)
    if (mail.content.find("\r\nAuto-Submitted: ") != std::string::npos) return mail;
  return {};
}

std::string file_content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_F(Verdict, CleanMailArrivesByteForByteUnderOurFields) {
  Client client = smtp();
  EXPECT_THAT(client.sends({.content = clean()}), ElementsAre(StartsWith("250 2.0.0 Ok")));
  ASSERT_THAT(hop().mails(), SizeIs(1));
  const auto [ours, theirs] = split(hop().mails()[0].content, clean());
  EXPECT_EQ(theirs, clean());
  EXPECT_THAT(ours, StartsWith("Received: from [127.0.0.1] by filter.example.org (Postern"));
  EXPECT_THAT(ours, HasSubstr("\r\nX-Virus-Scanned: Postern at filter.example.org\r\n"));
  EXPECT_THAT(ours, Not(HasSubstr("X-Amavis-Alert")));
}

TEST_F(Verdict, TheReplyShowsTheQueueIdOfTheNextHop) {
  Client client = smtp();
  const auto replies = client.sends({.content = clean()});
  const std::string queue_id = hop().mails().at(0).queue_id;
  EXPECT_THAT(replies, ElementsAre(HasSubstr("queued as " + queue_id)));
  logs("Passed CLEAN");
  logs("queued_as: " + queue_id);
}

TEST_F(Verdict, InfectedMailIsDiscardedIntoTheQuarantine) {
  Client client = smtp();
  EXPECT_THAT(client.sends({.sender = "evil@example.net", .content = eicar_mail()}),
              ElementsAre(AllOf(StartsWith("250 2.7.0 Ok, discarded"), HasSubstr("Eicar-Test-Signature"))));
  const auto held = quarantine_list({"--sender", "evil@example.net"});
  ASSERT_THAT(held, SizeIs(1));
  EXPECT_EQ(held[0]["category"], "virus");
  EXPECT_EQ(held[0]["state"], "new");
  EXPECT_EQ(held[0]["recipients"], nlohmann::json({"recipient@example.org"}));
  const std::string file = file_content(daemon().quarantine() / held[0]["file"].get<std::string>());
  EXPECT_THAT(file, EndsWith(eicar_mail()));
  EXPECT_THAT(file, HasSubstr("X-Quarantine-ID: <" + held[0]["id"].get<std::string>() + ">"));
  logs("Blocked INFECTED (Eicar-Test-Signature");
}

TEST_F(Verdict, LookingIntoAnEmptyQuarantineDoesNotSpoilIt) {
  Daemon daemon({.next_hop = hop().endpoint(), .clamd = Clamd::shared().socket()});
  daemon.wait_for_scanners();
  EXPECT_EQ(daemon.postern({"quarantine", "list"}).exit_code, 0);  // made the index, maybe as root
  EXPECT_THAT(Client(daemon.address()).sends({.content = eicar_mail()}),
              ElementsAre(StartsWith("250 2.7.0 Ok, discarded")));
}

TEST_F(Verdict, ARetryOfTheSameMailMakesNoSecondCopy) {
  Client client = smtp();
  const SentMail mail{.sender = "again@example.net", .content = eicar_mail()};
  EXPECT_THAT(client.sends(mail), ElementsAre(StartsWith("250 2.7.0")));
  EXPECT_THAT(client.sends(mail), ElementsAre(StartsWith("250 2.7.0")));
  EXPECT_THAT(quarantine_list({"--sender", "again@example.net"}), SizeIs(1));
}

TEST_F(Verdict, EicarInAZipInAForwardedMailIsFound) {
  Client client = smtp();
  EXPECT_THAT(client.sends({.content = eicar_zip_in_forwarded_mail()}),
              ElementsAre(StartsWith("250 2.7.0 Ok, discarded")));
}

TEST_F(Verdict, APolicyBankRejects) {
  Client client = smtp();
  EXPECT_THAT(client.sends({.content = eicar_mail(), .xforward = rejecting}),
              ElementsAre(StartsWith("554 5.7.0 Reject")));
}

TEST_F(Verdict, APolicyBankDefers) {
  Client client = smtp();
  EXPECT_THAT(client.sends({.sender = "later@example.net", .content = eicar_mail(), .xforward = deferring}),
              ElementsAre(StartsWith("451 4.7.1")));
  EXPECT_THAT(quarantine_list({"--sender", "later@example.net"}), IsEmpty());
  EXPECT_THAT(hop().mails(), IsEmpty());
}

TEST_F(Verdict, TheAdministratorIsToldOfABlockedMail) {
  Client client = smtp();
  client.sends({.sender = "bad@example.net", .content = eicar_mail()});
  const KeptMail notice = notice_in(hop().wait_for(1));
  EXPECT_EQ(notice.sender, "");
  ASSERT_THAT(notice.recipients, SizeIs(1));
  EXPECT_EQ(notice.recipients[0].address, "admin@example.org");
  EXPECT_THAT(notice.content, AllOf(HasSubstr("Auto-Submitted: auto-generated"), HasSubstr("Eicar-Test-Signature"),
                                    HasSubstr("bad@example.net")));
}

TEST_F(Verdict, WhatNobodyCouldOpenPassesMarkedAsUnchecked) {
  const std::string mail = encrypted_zip_mail();  // another one at each call: the key is random
  Client client = smtp();
  EXPECT_THAT(client.sends({.content = mail}), ElementsAre(StartsWith("250 2.0.0")));
  const auto [ours, theirs] = split(hop().mails().at(0).content, mail);
  EXPECT_EQ(theirs, mail);
  EXPECT_THAT(ours, HasSubstr("X-Amavis-Alert: UNCHECKED"));
}

TEST_F(Verdict, WhatUnpacksToTooMuchIsHeldAsOverLimit) {
  Client client = smtp();
  EXPECT_THAT(client.sends({.sender = "bomb@example.net", .content = zip_bomb_mail(5 << 20)}),
              ElementsAre(StartsWith("250 2.7.0 Ok, discarded")));
  const auto held = quarantine_list({"--sender", "bomb@example.net"});
  ASSERT_THAT(held, SizeIs(1));
  EXPECT_EQ(held[0]["category"], "over-limit");
}

// The budget is the bank's: in bytes and in depth, and for the next mail of somebody else it is the old one again.
TEST_F(Verdict, WhatIsTooMuchForOneBankIsFineForAnother) {
  const auto category = [](const std::string& sender) -> std::string {
    const auto held = quarantine_list({"--sender", sender});
    return held.empty() ? "none" : held.back()["category"].get<std::string>();
  };
  const auto passes = ElementsAre(StartsWith("250 2.0.0")), held = ElementsAre(StartsWith("250 2.7.0 Ok, discarded"));
  Client client = smtp();
  const std::string large = zip_bomb_mail(5 << 20), deep = nested_zip();
  EXPECT_THAT(client.sends({.sender = "large@generous.example", .content = large, .xforward = generous}), passes);
  EXPECT_EQ(category("large@generous.example"), "none");
  EXPECT_THAT(client.sends({.sender = "large@others.example", .content = large, .xforward = narrow}), held);
  EXPECT_EQ(category("large@others.example"), "over-limit");

  EXPECT_THAT(client.sends({.sender = "deep@generous.example", .content = deep, .xforward = generous}), passes);
  EXPECT_EQ(category("deep@generous.example"), "none");
  EXPECT_THAT(client.sends({.sender = "deep@narrow.example", .content = deep, .xforward = narrow}), held);
  EXPECT_EQ(category("deep@narrow.example"), "over-limit");
}

TEST_F(Verdict, NamesMadeToDeceiveHurtNothing) {
  Client client = smtp();
  EXPECT_THAT(client.sends({.sender = "names@example.net", .content = tricky_names()}),
              ElementsAre(AllOf(StartsWith("250 2.7.0 Ok, discarded"), HasSubstr("BANNED: "))));
  EXPECT_THAT(hop().mails(), IsEmpty());
  const auto held = quarantine_list({"--sender", "names@example.net"});
  ASSERT_THAT(held, SizeIs(1));
  EXPECT_EQ(held[0]["category"], "banned");
  logs("Blocked BANNED ");
  for (const char c : log_since()) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= ' ');
}

TEST_F(Verdict, NobodySpeaksInOurName) {
  const std::string spoofed = "X-Quarantine-ID: <forged>\r\nX-Amavis-Alert: BAD\r\n folded\r\n" + clean();
  Client client = smtp();
  client.sends({.content = spoofed});
  const std::string arrived = hop().mails().at(0).content;
  EXPECT_THAT(arrived, AllOf(Not(HasSubstr("forged")), Not(HasSubstr("X-Amavis-Alert")), Not(HasSubstr("folded")),
                             EndsWith(clean())));
}

struct Odd {
  const char* name;
  std::string (*mail)();
};
class OddMail : public House, public ::testing::WithParamInterface<Odd> {};

TEST_P(OddMail, ArrivesByteForByte) {
  const std::string mail = GetParam().mail();
  for (const bool chunking : {false, true}) {
    Client client(daemon().address(), {.chunking = chunking});
    hop().forget();
    EXPECT_THAT(client.sends({.content = mail}), ElementsAre(StartsWith("250 2.0.0")));
    ASSERT_THAT(hop().mails(), SizeIs(1));
    EXPECT_EQ(split(hop().mails()[0].content, mail).theirs, mail) << hop().mails()[0].content.substr(0, 4000);
    EXPECT_FALSE(hop().mails()[0].has_bare_line_end);
  }
}

std::string large() {
  return large_mail(2 << 20);
}  // more than is spooled in memory

INSTANTIATE_TEST_SUITE_P(All, OddMail,
                         ::testing::Values(Odd{"Html", html_with_image}, Odd{"NestedZip", nested_zip},
                                           Odd{"EightBit", eight_bit_mail}, Odd{"LongLines", long_lines_mail},
                                           Odd{"Nul", nul_mail}, Odd{"NoSeparator", no_separator_mail},
                                           Odd{"NoHeader", no_header_mail}, Odd{"Dots", dots_mail},
                                           Odd{"Large", large}),
                         [](const auto& odd) { return std::string(odd.param.name); });

}  // namespace
}  // namespace postern::testing
