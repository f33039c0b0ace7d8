// SPDX-License-Identifier: MIT
// The command line, with and without the daemon. Exit codes are those of sysexits(3).
#include "system/house.h"

namespace postern::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Tools : public House {
 protected:
  static std::string mail_file(const std::string& content) { return daemon().file("mail.eml", content); }
  static std::string hold_one(const std::string& sender) {
    Client(daemon().address()).sends({.sender = sender, .content = eicar_mail()});
    const auto held = quarantine_list({"--sender", sender});
    return held.empty() ? "" : held.front()["id"].get<std::string>();
  }
};

TEST_F(Tools, ScanAsksTheDaemon) {
  const Ended clean_mail = daemon().postern({"scan", mail_file(clean())});
  EXPECT_EQ(clean_mail.exit_code, 0) << clean_mail.err;
  EXPECT_THAT(clean_mail.out, HasSubstr("mail.eml: clean -> pass"));
  const Ended infected = daemon().postern({"scan", mail_file(eicar_zip_in_forwarded_mail())});
  EXPECT_EQ(infected.exit_code, 1) << infected.err;
  EXPECT_THAT(infected.out, AllOf(HasSubstr("virus -> discard"), HasSubstr("Eicar-Test-Signature")));
  const Ended encrypted = daemon().postern({"scan", mail_file(encrypted_zip_mail())});
  EXPECT_EQ(encrypted.exit_code, 2) << encrypted.err;
  EXPECT_THAT(encrypted.out, HasSubstr("encrypted -> pass"));
  EXPECT_THAT(hop().mails(), IsEmpty());
}

TEST_F(Tools, ScanShowsItsReasonsAsJson) {
  const Ended run = daemon().postern({"scan", "--json", "-"}, eicar_mail());
  EXPECT_EQ(run.exit_code, 1);
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json["verdict"], "virus");
  EXPECT_THAT(json["virus_names"].dump(), HasSubstr("Eicar-Test-Signature"));
}

TEST_F(Tools, ScanRespectsThePolicyOfTheClient) {
  const Ended run = daemon().postern({"scan", "--client", "10.1.2.3", mail_file(eicar_mail())});
  EXPECT_THAT(run.out, HasSubstr("virus -> reject"));
}

TEST_F(Tools, ExplainNeedsNoDaemonAndHasNoEffect) {
  const Ended run = daemon().postern({"explain", "--from", "explained@example.net", mail_file(eicar_mail())});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("INFECTED"), HasSubstr("Eicar-Test-Signature"), HasSubstr("discard, quarantine")));
  EXPECT_THAT(hop().mails(), IsEmpty());
  EXPECT_THAT(quarantine_list({"--sender", "explained@example.net"}), IsEmpty());
}

TEST_F(Tools, TestMailsMeetTheRunningFilter) {
  const Ended run = daemon().postern({"test-mail", "--send", daemon().address(), "--from", "tester@example.net",
                                      "clean", "names", "utf8", "virus", "virus-in-zip", "virus-forwarded"});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  std::vector<std::string> arrived;
  for (const KeptMail& mail : hop().mails())  // the others are notices to the administrator
    if (mail.sender == "tester@example.net")
      arrived.push_back(mail.content.substr(mail.content.find("X-Postern-Test: ")));
  EXPECT_THAT(arrived, ElementsAre(StartsWith("X-Postern-Test: clean"), StartsWith("X-Postern-Test: names"),
                                   StartsWith("X-Postern-Test: utf8")));
  EXPECT_THAT(quarantine_list({"--sender", "tester@example.net"}), SizeIs(3));
}

TEST_F(Tools, PartsAreListedAsJsonLines) {
  const Ended run = daemon().postern({"parts", "--json", mail_file(nested_zip())});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  std::vector<std::string> names;
  std::istringstream lines(run.out);
  for (std::string line; std::getline(lines, line);)
    for (const auto& name : nlohmann::json::parse(line).value("names", nlohmann::json::array())) names.push_back(name);
  EXPECT_THAT(names,
              AllOf(Contains("outer.zip"), Contains("middle.zip"), Contains("inner.zip"), Contains("letter.txt")));
}

TEST_F(Tools, TheQuarantineGivesBackTheMailByteForByte) {
  const std::string id = hold_one("shown@example.net");
  const Ended raw = daemon().postern({"quarantine", "show", "--raw", id});
  EXPECT_EQ(raw.exit_code, 0) << raw.err;
  EXPECT_EQ(raw.out, eicar_mail());
  const Ended text = daemon().postern({"quarantine", "show", id});
  EXPECT_THAT(text.out, AllOf(HasSubstr("shown@example.net"), HasSubstr("virus"), HasSubstr("Eicar-Test-Signature")));
}

TEST_F(Tools, TheQuarantineKnowsAMailByTheNameThatTheLogGives) {
  const std::string id = hold_one("named@example.net");
  const std::string file = "virus-" + id + ".eml";
  logs("quarantine: " + file + ",");
  const Ended text = daemon().postern({"quarantine", "show", file});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr(id));
  const Ended released = daemon().postern({"quarantine", "release", file});
  EXPECT_EQ(released.exit_code, 0) << released.err;
}

TEST_F(Tools, AReleasedMailArrivesAsItCameAndOnlyOnce) {
  const std::string id = hold_one("released@example.net");
  hop().wait_for(1);  // the notice
  hop().forget();
  const Ended first = daemon().postern({"quarantine", "release", id});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("recipient@example.org: 250"));
  ASSERT_THAT(hop().mails(), SizeIs(1));
  EXPECT_EQ(hop().mails()[0].content, eicar_mail());
  EXPECT_EQ(hop().mails()[0].sender, "released@example.net");
  const Ended second = daemon().postern({"quarantine", "release", id});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err, HasSubstr("released before"));
  EXPECT_THAT(hop().mails(), SizeIs(1));
  EXPECT_EQ(quarantine_list({"--sender", "released@example.net"}).at(0)["state"], "released");
  const Ended again = daemon().postern({"quarantine", "release", "--again", "--to", "admin@example.org", id});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(hop().mails().at(1).recipients.at(0).address, "admin@example.org");
}

TEST_F(Tools, AReleaseTheNextHopRefusesLeavesTheMailInTheQuarantine) {
  const std::string id = hold_one("refused@example.net");
  hop().answers("RCPT TO:", "450 4.2.1 not now");
  EXPECT_EQ(daemon().postern({"quarantine", "release", id}).exit_code, 75);
  EXPECT_EQ(quarantine_list({"--sender", "refused@example.net"}).at(0)["state"], "new");
}

TEST_F(Tools, MistakesHaveTheExitCodesOfSysexits) {
  EXPECT_EQ(daemon().postern({"scan", "/nonexistent/mail"}).exit_code, 66);
  EXPECT_EQ(daemon().postern({"scan"}).exit_code, 64);
  EXPECT_EQ(daemon().postern({"quarantine", "show", "nothing"}).exit_code, 66);
  EXPECT_EQ(daemon().postern({"quarantine", "release", "nothing"}).exit_code, 66);
  EXPECT_EQ(daemon().postern({"stauts"}).exit_code, 64);
  const Directory other;
  const std::string nobody_there =
      other.file("postern.toml", "[daemon]\nruntime-directory = \"" + other.path().string() + "\"\n");
  EXPECT_EQ(run({program("postern"), "status", "--config", nobody_there}).exit_code, 69);
  const Ended bad =
      run({program("postern"), "check-config", "--config", other.file("bad.toml", "[deliver]\nnext-hop = 25\n")});
  EXPECT_EQ(bad.exit_code, 78);
  EXPECT_THAT(bad.err + bad.out, HasSubstr("bad.toml:2:"));
}

TEST_F(Tools, StatusSaysWhatAnAdministratorWantsToKnow) {
  const Ended run = daemon().postern({"status"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(StartsWith("DEGRADED: clamav degraded\n"), HasSubstr("listens on    " + daemon().address()),
                             HasSubstr("next hop      " + hop().endpoint()),
                             HasSubstr("scanner       clamav "), HasSubstr(daemon().quarantine().string())));
  EXPECT_EQ(nlohmann::json::parse(daemon().postern({"status", "--json"}).out)["generation"], 1);
}

TEST_F(Tools, PluginListShowsWhoIsAskedWhen) {
  const Directory other;
  const std::string config = other.file("order.toml",
                                        "[daemon]\nruntime-directory = \"" + other.path().string() + "\"\n[scanner.clamav]\nserver = \"127.0.0.1:1\"\n[scanner.spare]\n"
                                        "plugin = \"clamav\"\nserver = \"127.0.0.1:2\"\nstage = \"backup\"\n[scanner.spamassassin]\nserver = \"127.0.0.1:3\"\n");
  const Ended order = run({program("postern"), "plugin", "list", "--order", "--config", config});
  EXPECT_EQ(order.exit_code, 0) << order.err;
  EXPECT_THAT(order.out, AllOf(HasSubstr("2. scanners of malware, at the same time\n  clamav, at most 1m; without an answer the mail waits\n"),
                               HasSubstr("200 ms after they began; not where malware has decided\n  spamassassin,"), HasSubstr("4. back-ups of malware"),
                               HasSubstr("\n  spare,")));
  EXPECT_THAT(run({program("postern"), "plugin", "list", "--config", config}).out, HasSubstr("ClamAV 1.0, in the worker, /"));
  EXPECT_EQ(run({program("postern"), "plugin"}).exit_code, 64);
}

TEST_F(Tools, ScannersTellsHowTheyAreAndNeverSwitchesOffTheLast) {
  EXPECT_THAT(daemon().postern({"scan", daemon().file("clean.eml", clean())}).out, HasSubstr("clean"));
  const Ended list = daemon().postern({"scanners"});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(StartsWith("clamav (malware)\n    degraded since "), HasSubstr(" answers"), HasSubstr("p95 0.")));
  const auto json = nlohmann::json::parse(daemon().postern({"scanners", "--json"}).out);
  EXPECT_EQ(json.at(0)["name"], "clamav");
  EXPECT_GT(json.at(0)["answered"], 0);
  const Ended refused = daemon().postern({"scanners", "disable", "clamav", "--for", "2h"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.out + refused.err, HasSubstr("clamav is the only scanner of malware that is left"));
  EXPECT_EQ(daemon().postern({"scanners", "disable", "clamav", "--for", "soon"}).exit_code, 64);
  EXPECT_EQ(daemon().postern({"scanners", "enable", "clamav"}).exit_code, 0);
}

}  // namespace
}  // namespace postern::testing
