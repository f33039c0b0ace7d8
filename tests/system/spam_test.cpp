// SPDX-License-Identifier: MIT
// Spam through the whole house: a real clamd, a real spamd that Postern runs itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "support/clamd.h"
#include "support/client.h"
#include "support/daemon.h"
#include "support/next_hop.h"
#include "support/samples.h"

namespace postern::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string gtube_mail =
    "From: Ann <ann@example.org>\r\nTo: bob@example.com\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n"
    "Subject: test\r\nX-Spam-Flag: NO\r\n\r\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n";

class Spam : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::access("/usr/sbin/spamd", X_OK) == 0) return;
    if (std::getenv("POSTERN_REQUIRE_SPAMD")) FAIL() << "spamd is not installed";
    GTEST_SKIP() << "spamd is not installed";
  }
  DaemonOptions options(const std::string& extra = {}) const {
    return {.next_hop = hop_.endpoint(), .clamd = Clamd::shared().socket(), .extra = "[scanner.spamassassin]\nchildren = 2\n" + extra,
            .time_to_start = std::chrono::seconds(120)};
  }
  static pid_t spamd(const Daemon& daemon) { return daemon.status()["engines"].at(0)["pid"]; }

  RecordingNextHop hop_;
};

TEST_F(Spam, IsTaggedAndPassesByDefault) {
  Daemon daemon(options());
  daemon.wait_for_scanners(std::chrono::seconds(120));
  EXPECT_THAT(Client(daemon.address()).sends({.content = gtube_mail}), ElementsAre(StartsWith("250 2.0.0")));
  const std::string kept = hop_.mails().at(0).content;
  EXPECT_THAT(kept, AllOf(HasSubstr("\r\nX-Spam-Flag: YES\r\nX-Spam-Score: "), HasSubstr("GTUBE=1000"), HasSubstr(" required=6.31")));
  EXPECT_THAT(kept, Not(HasSubstr("X-Spam-Flag: NO"))) << "the sender's own word";
  daemon.wait_for_log("Passed SPAM {RelayedInbound}");
  daemon.wait_for_log(", Hits: 99");
  // Malware decides first: no score is wanted of it.
  EXPECT_THAT(Client(daemon.address()).sends({.content = eicar_mail()}), ElementsAre(StartsWith("250 2.7.0")));
  daemon.wait_for_log("Blocked INFECTED");
  EXPECT_EQ(daemon.mail_log().back()["av_scan"].at(1)["state"], "not asked");
  EXPECT_THAT(daemon.postern({"scanners"}).out, HasSubstr("spamassassin (scores)\n    up since "));
}

TEST_F(Spam, IsBlockedWhereTheRecipientWantsIt) {
  Daemon daemon(options("[policy]\nspam = { kill = 10, action = \"discard\", quarantine = true }\n[policy-bank.tolerant]\n"
                        "when = { recipient = \"carla@example.com\" }\nspam = { action = \"pass\" }\n"));
  daemon.wait_for_scanners(std::chrono::seconds(120));
  EXPECT_THAT(Client(daemon.address()).sends({.recipients = {{"bob@example.com"}, {"carla@example.com"}}, .content = gtube_mail}), ElementsAre(StartsWith("250 ")));
  EXPECT_EQ(hop_.mails().at(0).recipients.size(), 1u);
  EXPECT_THAT(daemon.postern({"quarantine", "list"}).out, AllOf(HasSubstr("  spam  "), HasSubstr("bob@example.com"), Not(HasSubstr("carla"))));
  const std::string id = nlohmann::json::parse(daemon.postern({"quarantine", "list", "--json"}).out)["id"];
  const Ended released = daemon.postern({"quarantine", "release", "--learn", id});
  EXPECT_EQ(released.exit_code, 0) << released.err;
  EXPECT_THAT(released.out, AllOf(StartsWith("bob@example.com: 250"), HasSubstr("\nspamassassin: learned as ham\n")));
}

TEST_F(Spam, WithoutSpamdWaitsAndGoesOnWhenItIsBack) {
  Daemon daemon(options());
  daemon.wait_for_scanners(std::chrono::seconds(120));
  ::kill(spamd(daemon), SIGKILL);
  daemon.wait_until("spamd is seen to be gone", [](const nlohmann::json& status) {
    for (const auto& s : status["scanners"])
      if (s["name"] == "spamassassin") return s["state"] != "up";
    return false;
  });
  EXPECT_THAT(Client(daemon.address()).sends({.content = clean()}), ElementsAre(StartsWith("451 4.7.1")));
  daemon.wait_for_scanners(std::chrono::seconds(120));
  EXPECT_THAT(Client(daemon.address()).sends({.content = clean()}), ElementsAre(StartsWith("250 2.0.0")));
}

}  // namespace
}  // namespace postern::testing
