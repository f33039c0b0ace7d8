// SPDX-License-Identifier: MIT
// The fixture of the system tests: one daemon for all of them, with a next hop that keeps what comes. A test that fails
// shows what the daemon logged meanwhile. Tests that stop, reload or starve a daemon start one of their own.
#pragma once
#include <gmock/gmock.h>

#include <iostream>
#include <memory>
#include <string>

#include "support/clamd.h"
#include "support/client.h"
#include "support/daemon.h"
#include "support/next_hop.h"
#include "support/samples.h"

namespace postern::testing {

class House : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!shared_) open();
    daemon().wait_for_idle_workers(workers);  // notices of the test before come after its replies
    hop().behaves();
    hop().forget();
    log_before_ = daemon().log().size();
  }
  void TearDown() override {
    if (HasFailure()) std::cerr << "posternd's log:\n" << daemon().log().substr(log_before_);
  }

  static RecordingNextHop& hop() { return shared_->hop; }
  static Daemon& daemon() { return shared_->daemon; }

  // ---- a small language
  Client smtp() const { return Client(daemon().address()); }
  Client lmtp() const { return Client(daemon().address(), {.lmtp = true}); }
  // The line may come a moment after the reply.
  void logs(const std::string& text) const { EXPECT_NO_THROW(daemon().wait_for_log(text, log_before_)); }
  std::string log_since() const { return daemon().log().substr(log_before_); }
  // What was added on top, and the rest, which must be the mail as it was sent.
  struct Split {
    std::string ours, theirs;
  };
  static Split split(const std::string& arrived, const std::string& sent) {
    if (!arrived.ends_with(sent)) return {arrived, "(not what was sent)"};
    return {arrived.substr(0, arrived.size() - sent.size()), sent};
  }
  // Of the entry a reply names; the ids in the log are for people.
  static std::vector<nlohmann::json> quarantine_list(const std::vector<std::string>& words = {}) {
    std::vector<std::string> all = {"quarantine", "list", "--json"};
    all.insert(all.end(), words.begin(), words.end());
    const Ended listing = daemon().postern(all);
    EXPECT_EQ(listing.exit_code, 0) << listing.err;
    std::vector<nlohmann::json> entries;
    std::istringstream lines(listing.out);
    for (std::string line; std::getline(lines, line);) entries.push_back(nlohmann::json::parse(line));
    return entries;
  }

  // Clients of 10.1.0.0/16 have infected mail rejected, those of 10.2.0.0/16 deferred. Those of 10.3.0.0/16 may send what
  // unpacks to more than the others' mail may, those of 10.4.0.0/16 no archive in an archive.
  static constexpr unsigned workers = 2;
  static constexpr const char* rejecting = "ADDR=10.1.2.3";
  static constexpr const char* deferring = "ADDR=10.2.3.4";
  static constexpr const char* generous = "ADDR=10.3.4.5";
  static constexpr const char* narrow = "ADDR=10.4.5.6";

 private:
  struct Shared {
    RecordingNextHop hop;
    Directory sockets;
    uint16_t forbidden = free_port();
    Daemon daemon{{.next_hop = hop.endpoint(),
                   .clamd = Clamd::shared().socket(),
                   .extra = configuration(*this),
                   .workers = workers}};
  };
  struct End : ::testing::Environment {
    void TearDown() override { shared_.reset(); }
  };

  static void open() {
    ::testing::AddGlobalTestEnvironment(new End);
    shared_ = std::make_unique<Shared>();
    daemon().wait_for_scanners();
  }
  static std::string configuration(const Shared& house) {
    return "[[listen]]\naddress = \"unix:" + unix_socket(house.sockets) + "\"\nmode = \"0666\"\n" +
           "[[listen]]\naddress = \"127.0.0.1:" + std::to_string(house.forbidden) +
           "\"\nclients = [\"192.0.2.0/24\"]\n" +
           "[receive]\nspool-memory = \"1MiB\"\n[decode]\nmin-bytes = \"64KiB\"\nratio = 20\n"
           "[policy-bank.rejecting]\nwhen = { client = [\"10.1.0.0/16\"] }\nvirus = { action = \"reject\" }\n"
           "[policy-bank.deferring]\nwhen = { client = [\"10.2.0.0/16\"] }\nvirus = { action = \"defer\" }\n"
           "[policy-bank.generous]\nwhen = { client = [\"10.3.0.0/16\"] }\ndecode = { min-bytes = \"8MiB\" }\n"
           "[policy-bank.narrow]\nwhen = { client = [\"10.4.0.0/16\"] }\ndecode = { depth = 3 }\n"
           "[notifier.mail]\nplugin = \"mail\"\nto = \"admin@example.org\"\nfrom = \"filter@example.org\"\nserver = "
           "\"127.0.0.1:" +
           std::to_string(house.hop.port()) + "\"\n";
  }
  static std::string unix_socket(const Directory& directory) { return directory.path() / "in.sock"; }

 protected:
  static std::string unix_listener() { return "unix:" + unix_socket(shared_->sockets); }
  static std::string forbidden_listener() { return "127.0.0.1:" + std::to_string(shared_->forbidden); }

 private:
  static inline std::unique_ptr<Shared> shared_;
  size_t log_before_ = 0;
};

}  // namespace postern::testing
