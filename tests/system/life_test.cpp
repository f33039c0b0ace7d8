// SPDX-License-Identifier: MIT
// A daemon's life: reload, stop, limits; each test has a daemon of its own.
#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>
#include <atomic>
#include <fstream>
#include <iterator>

#include "support/clamd.h"
#include "support/client.h"
#include "support/daemon.h"
#include "support/next_hop.h"
#include "support/reachable.h"
#include "support/samples.h"

namespace postern::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::chrono::seconds patience{60};

class Life : public ::testing::Test {
 protected:
  DaemonOptions options(const std::string& extra = {}) const {
    return {.next_hop = hop_.endpoint(), .clamd = Clamd::shared().socket(), .extra = extra};
  }

  RecordingNextHop hop_;
};

// Sends mail after mail until it is told to stop; a connection that is closed between two mails is opened again, as
// Postfix does.
class Load {
 public:
  explicit Load(const Daemon& daemon)
      : address_(daemon.address()), thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void wait_for(unsigned more) const {
    for (const unsigned enough = accepted + more; accepted < enough && failed == 0;) accepted.wait(accepted);
  }
  void end() { thread_ = {}; }

  std::atomic<unsigned> accepted = 0, failed = 0;
  std::string first_failure;

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      try {
        Client client(address_);
        client.hears("");  // 421 while an old reception ends
        if (client.dialogue().find("S: 220") == std::string::npos) continue;
        client.says("EHLO load");
        client.hears("250");
        session(client, stop);
      } catch (const std::exception& e) {
        note(e.what());
      }
    }
  }
  void session(Client& client, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      client.says("MAIL FROM:<load@example.org>");
      try {
        if (client.hears("").starts_with("421")) return;
      } catch (const std::exception&) {
        return;  // closed between two mails
      }
      client.says("RCPT TO:<r@example.org>");
      client.hears("250");
      client.says("DATA");
      client.hears("354");
      client.sends_bytes(dot_stuffed(clean()));
      client.hears("250");
      ++accepted;
      accepted.notify_all();
    }
  }
  void note(const std::string& what) {
    if (failed++ == 0) first_failure = what;
    accepted.notify_all();
  }

  std::string address_;
  std::jthread thread_;
};

TEST_F(Life, AReloadUnderLoadLosesNoMail) {
  Daemon daemon(options());
  daemon.wait_for_scanners();
  Load a(daemon), b(daemon);
  for (unsigned generation = 2; generation <= 4; ++generation) {
    a.wait_for(10);
    daemon.reload();
    EXPECT_EQ(daemon.status()["generation"], generation);
  }
  b.wait_for(10);
  a.end();
  b.end();
  EXPECT_EQ(a.failed, 0u) << a.first_failure << daemon.log();
  EXPECT_EQ(b.failed, 0u) << b.first_failure;
  EXPECT_EQ(hop_.mails().size(), a.accepted + b.accepted);
  daemon.wait_until("one generation is left",
                    [&](const auto&) { return daemon.generations().size() == 1 && daemon.receptions().size() == 1; });
}

TEST_F(Life, AMailInWorkIsFinishedByTheGenerationThatBeganIt) {
  Daemon daemon(options());
  daemon.wait_for_scanners();
  hop_.answers(".", "HANG", 1);
  Client client(daemon.address());
  client.hands_over({.content = clean()});
  hop_.wait_for_command(".");
  daemon.reload();
  hop_.close_door();  // ends the hanging conversation
  hop_.open_door();
  client.hears("4");  // after the dot nobody knows: a temporary reply, from the old generation
  EXPECT_THAT(Client(daemon.address()).sends({.content = clean()}), ElementsAre(StartsWith("250")));
}

TEST_F(Life, ANewConfigurationCountsAfterAReload) {
  Daemon daemon(options());
  daemon.wait_for_scanners();
  daemon.configure("[policy]\nvirus = { action = \"reject\" }\n");
  daemon.reload();
  EXPECT_THAT(Client(daemon.address()).sends({.content = eicar_mail()}), ElementsAre(StartsWith("554 5.7.0")));
}

TEST_F(Life, ABadConfigurationChangesNothing) {
  Daemon daemon(options());
  daemon.wait_for_scanners();
  const size_t before = daemon.log().size();
  daemon.configure("[deliver]\nnext-hopp = [\"smtp:[127.0.0.1]:1\"]\n");
  daemon.hang_up();
  daemon.wait_for_log("reload refused, the running generation stays", before);
  EXPECT_THAT(daemon.log().substr(before),
              AllOf(HasSubstr("conf.d/test.toml:2:1: error: "), HasSubstr("did you mean \"next-hop\"?")));
  EXPECT_THAT(Client(daemon.address()).sends({.content = clean()}), ElementsAre(StartsWith("250")));
  EXPECT_EQ(daemon.status()["generation"], 1);
  EXPECT_THAT(daemon.status_text(), HasSubstr("refused: "));
}

TEST_F(Life, APluginOptionThatIsWrongChangesNothingEither) {
  Daemon daemon(options());
  daemon.wait_for_scanners();
  const size_t before = daemon.log().size();
  daemon.configure("[scanner.clamav]\nservr = \"unix:/nowhere\"\n");
  daemon.hang_up();
  daemon.wait_for_log("the running generation stays", before);
  EXPECT_THAT(daemon.log().substr(before), HasSubstr("conf.d/test.toml:2:1"));
  EXPECT_THAT(Client(daemon.address()).sends({.content = clean()}), ElementsAre(StartsWith("250")));
}

TEST_F(Life, TermFinishesTheMailInWork) {
  Daemon daemon(options());
  daemon.wait_for_scanners();
  // The next hop takes its time with the answer until we let it go.
  std::mutex door;
  std::unique_lock closed(door);
  hop_.on_mail([&](const KeptMail&) { const std::lock_guard waits(door); });
  Client client(daemon.address());
  client.hands_over({.content = clean()});
  hop_.wait_for_command(".");
  daemon.terminate();
  daemon.wait_for_log("stopping: mails in work are finished");
  closed.unlock();
  client.hears("250 2.0.0");
  EXPECT_EQ(daemon.wait(patience), 0) << daemon.log();
  EXPECT_THROW(Client(daemon.address()), std::exception);
}

TEST_F(Life, MoreConnectionsThanAllowedAreTurnedAway) {
  Daemon daemon(options("[receive]\nconnection-limit = 2\n"));
  Client first(daemon.address()), second(daemon.address());
  first.greets();
  second.greets();
  Client third(daemon.address());
  third.hears("421 4.3.2");
  EXPECT_TRUE(third.hears_the_end());
  first.quits();
  daemon.wait_until("a place is free", [](const auto& now) { return now["counters"]["sessions"] == 1; });
  Client(daemon.address()).greets();
}

TEST_F(Life, StartedAsRootNothingButTheMasterIsRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give up being root";
  Daemon daemon(options());
  daemon.wait_for_scanners();
  EXPECT_THAT(Client(daemon.address()).sends({.content = clean()}), ElementsAre(StartsWith("250")));
  std::vector<pid_t> all = children_of(daemon.pid());
  for (const auto& more : {daemon.workers(), daemon.unpackers()}) all.insert(all.end(), more.begin(), more.end());
  EXPECT_GE(all.size(), 6u);
  for (const pid_t pid : all) {
    struct stat status {};
    ASSERT_EQ(::stat(("/proc/" + std::to_string(pid) + "/task").c_str(), &status), 0);
    std::ifstream in("/proc/" + std::to_string(pid) + "/status");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_THAT(text, Not(HasSubstr("\nUid:\t0\t"))) << text;
  }
}

TEST_F(Life, AScannerFindsTheSameInBothHomes) {
  const std::string plugin = reachable(POSTERN_TEST_PLUGINS) + "/good_scanner.so";
  std::vector<std::string> findings;
  for (const std::string home : {"worker", "confined"}) {
    Daemon daemon({.next_hop = hop_.endpoint(),
                   .extra = "[scanner.marker]\nplugin = \"" + plugin + "\"\nisolation = \"" + home +
                            "\"\nserver = \"127.0.0.1:1\"\nself-test = false\n"});
    const std::string file = daemon.file(
        "mail.eml", mail_with("Marked", {{"text/plain", "a.txt", "a MARK here"},
                                         {"application/zip", "b.zip", zip({{"c.txt", "one MARK there"}})}}));
    const Ended run = daemon.postern({"scan", "--json", file});
    EXPECT_EQ(run.exit_code, 1) << run.err << daemon.log();
    const auto json = nlohmann::json::parse(run.out);
    EXPECT_EQ(json["virus_names"], nlohmann::json({"Test.Marker"}));
    findings.push_back(json["scanners"].at(0)["findings"].dump());
    EXPECT_THAT(Client(daemon.address()).sends({.content = clean()}), ElementsAre(StartsWith("250 2.0.0")));
  }
  EXPECT_EQ(findings[0], findings[1]);
  EXPECT_THAT(findings[0], HasSubstr("Test.Marker"));
}

TEST_F(Life, InstancesArePutAwayWhenTheirGenerationEnds) {
  Daemon daemon(options("[scanner.pupil]\nplugin = \"" + reachable(POSTERN_TEST_PLUGINS) + "/good_pupil.so\"\n"));
  EXPECT_THAT(Client(daemon.address()).sends({.content = clean()}), ElementsAre(StartsWith("250")));
  daemon.reload();
  daemon.wait_for_log("scanner \"pupil\": put away");
  EXPECT_THAT(Client(daemon.address()).sends({.content = clean()}), ElementsAre(StartsWith("250")));
}

TEST_F(Life, AScannerThatDoesNotFindEicarIsNotBelieved) {
  Daemon daemon({.next_hop = hop_.endpoint(),
                 .extra = "[scanner.marker]\nplugin = \"" + reachable(POSTERN_TEST_PLUGINS) + "/good_scanner.so\"\nserver = \"127.0.0.1:1\"\n"});
  daemon.wait_for_log("does not find the EICAR test file: it answered that there is nothing");
  EXPECT_THAT(Client(daemon.address()).sends({.content = clean()}), ElementsAre(StartsWith("451 4.7.1")));
  EXPECT_THAT(daemon.postern({"status"}).out, StartsWith("DEGRADED: marker down\n"));
}

TEST_F(Life, AManagedClamdIsStartedWatchedAndSaidToBeSmall) {
  const Directory empty;
  Daemon daemon(
      {.next_hop = hop_.endpoint(), .extra = "[scanner.clamav]\ndatabase = \"" + empty.path().string() + "\"\n"});
  daemon.wait_for_scanners();
  EXPECT_THAT(daemon.log(), HasSubstr("only EICAR and ClamAV's test file are recognised"));
  EXPECT_THAT(Client(daemon.address()).sends({.content = eicar_mail()}), ElementsAre(StartsWith("250 2.7.0")));
  EXPECT_EQ(daemon.status()["engines"].at(0)["starts"], 1);
  const pid_t engine = daemon.status()["engines"].at(0)["pid"];
  ASSERT_GT(engine, 0);
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(::kill(engine, 0), -1) << "the engine has outlived its master";
}

}  // namespace
}  // namespace postern::testing
