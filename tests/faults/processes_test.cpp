// SPDX-License-Identifier: MIT
// Processes of the daemon killed in the middle of a mail. A scanner or decoder that waits at a gate makes "in the
// middle" exact.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "faults/house.h"

namespace postern::faults {
namespace {

using namespace std::chrono_literals;
using testing::Daemon;

constexpr const char* blocks_the_scanner = "X-Rude: block\r\n";
constexpr const char* blocks_the_decoder = "X-Rude-Decoder: block\r\n";

void kill_all(const std::vector<pid_t>& pids) {
  for (const pid_t pid : pids) ::kill(pid, SIGKILL);
}

TEST(Worker, killed_during_a_scan_defers_its_mail_and_disturbs_no_other) {
  House house;
  const Letter letter = house.clean(blocks_the_scanner);
  auto reply = house.begins(letter);
  ASSERT_TRUE(house.gate.await_entered(1));
  const pid_t victim = house.worker_in("scan");
  const Letter other = house.clean();
  EXPECT_TRUE(is_success(house.sends(other)));
  ::kill(victim, SIGKILL);
  EXPECT_EQ(reply.get().substr(0, 3), "451");  // tried once more, without the scanner that was at work: nobody looked
  EXPECT_EQ(house.delivered(letter), 0u);
  EXPECT_EQ(house.delivered(other), 1u);
  house.daemon.wait_for_log("died of signal 9 with mail");
  house.gate.open();
  EXPECT_TRUE(is_success(house.insists_on(letter)));
  EXPECT_EQ(house.delivered(letter), 1u);
  house.serves_on();
}

TEST(Worker, killed_while_idle_costs_nothing) {
  House house;
  house.daemon.wait_for_idle_workers(2);
  for (int n = 0; n < 5; ++n) {
    kill_all(house.daemon.workers());
    EXPECT_TRUE(is_success(house.insists_on(house.clean())));
  }
  house.serves_on();
}

TEST(Unpacker, killed_while_decoding_is_replaced_and_the_mail_goes_through) {
  House house;
  const Letter letter = house.clean(blocks_the_decoder);
  auto reply = house.begins(letter);
  ASSERT_TRUE(house.gate.await_entered(1));
  kill_all(house.daemon.unpackers());
  ASSERT_TRUE(house.gate.await_entered(2));
  house.gate.open();
  EXPECT_TRUE(is_success(reply.get()));
  EXPECT_EQ(house.delivered(letter), 1u);
  house.serves_on();
}

TEST(Unpacker, killed_between_two_mails_costs_nothing) {
  House house({.workers = 1});
  for (int n = 0; n < 3; ++n) {
    EXPECT_TRUE(is_success(house.sends(house.clean())));
    const std::vector<pid_t> unpackers = house.daemon.unpackers();
    ASSERT_EQ(unpackers.size(), 1u);
    kill_all(unpackers);
  }
  EXPECT_TRUE(is_success(house.sends(house.clean())));
  house.serves_on();
}

TEST(Reception, killed_with_a_mail_in_work_neither_delivers_nor_loses_it) {
  House house;
  const Letter letter = house.clean(blocks_the_scanner);
  auto reply = house.begins(letter);
  ASSERT_TRUE(house.gate.await_entered(1));
  kill_all(house.daemon.receptions());
  EXPECT_EQ(reply.get(), "");
  house.gate.open();  // the old worker goes on, and finds that nobody waits
  EXPECT_TRUE(is_success(house.insists_on(letter)));
  house.daemon.wait_until("the old generation is gone",
                          [&](const auto&) { return house.daemon.generations().size() == 1; });
  EXPECT_EQ(house.delivered(letter), 1u);
  house.serves_on();
}

TEST(Generation, killed_with_a_mail_in_work_neither_delivers_nor_loses_it) {
  House house;
  const Letter letter = house.clean(blocks_the_scanner);
  auto reply = house.begins(letter);
  ASSERT_TRUE(house.gate.await_entered(1));
  kill_all(house.daemon.generations());
  EXPECT_EQ(reply.get(), "");
  house.gate.open();
  EXPECT_TRUE(is_success(house.insists_on(letter)));
  EXPECT_EQ(house.delivered(letter), 1u);
  house.serves_on();
}

TEST(Generation, whose_successor_dies_too_is_replaced_all_the_same) {
  const testing::Directory place;
  Gate start(place.path() / "start");
  start.open();
  House house({.rude_scanner = "start-gate = \"" + (place.path() / "start").string() + "\"\n"});
  start.close();
  const uint32_t before = start.entered();
  kill_all(house.daemon.generations());
  ASSERT_TRUE(start.await_entered(before + 1));  // the successor prepares
  kill_all(house.daemon.generations());
  start.open();
  house.serves_on();
}

TEST(Control, killed_comes_back_and_no_mail_notices) {
  House house;
  const std::vector<pid_t> control = testing::children_of(house.daemon.pid(), "control");
  ASSERT_EQ(control.size(), 1u);
  const Letter letter = house.clean(blocks_the_scanner);
  auto reply = house.begins(letter);
  ASSERT_TRUE(house.gate.await_entered(1));
  kill_all(control);
  house.gate.open();
  EXPECT_TRUE(is_success(reply.get()));
  house.daemon.wait_until("control answers", [](const auto&) { return true; });
  house.serves_on();
}

TEST(Master, killed_takes_everybody_along_and_a_new_one_starts_in_its_place) {
  House house;
  const Letter letter = house.clean(blocks_the_scanner);
  auto reply = house.begins(letter);
  ASSERT_TRUE(house.gate.await_entered(1));
  std::vector<pid_t> everybody = testing::children_of(house.daemon.pid());
  for (const auto& more : {house.daemon.workers(), house.daemon.unpackers()})
    everybody.insert(everybody.end(), more.begin(), more.end());
  ASSERT_GE(everybody.size(), 6u);  // reception, generation, control, two workers, an unpacker
  ::kill(house.daemon.pid(), SIGKILL);
  for (const pid_t pid : everybody) EXPECT_TRUE(testing::wait_for_end(pid, 10s)) << pid;
  EXPECT_EQ(reply.get(), "");
  EXPECT_EQ(house.delivered(letter), 0u);
  house.gate.open();
  // Its sockets lie about in the file system; the new one must not stumble over them.
  testing::Process again({testing::program("posternd"), "--foreground", "--config", house.daemon.config_file()});
  ASSERT_TRUE(again.wait_for_log(" serves on ", 30s)) << again.log();
  EXPECT_TRUE(is_success(house.insists_on(letter)));
  EXPECT_EQ(house.delivered(letter), 1u);
  house.serves_on();
  again.signal(SIGTERM);
  EXPECT_EQ(again.wait(30s), 0);
}

TEST(Reload, while_a_worker_of_the_old_generation_is_killed_loses_nothing) {
  House house;
  const Letter letter = house.clean(blocks_the_scanner);
  auto reply = house.begins(letter);
  ASSERT_TRUE(house.gate.await_entered(1));
  const pid_t victim = house.worker_in("scan");
  house.daemon.reload();
  const Letter other = house.clean();
  EXPECT_TRUE(is_success(house.sends(other)));  // by the new one
  ::kill(victim, SIGKILL);
  EXPECT_EQ(reply.get().substr(0, 3), "451");
  house.gate.open();
  EXPECT_TRUE(is_success(house.insists_on(letter)));
  EXPECT_EQ(house.delivered(letter), 1u);
  house.serves_on();
}

TEST(Reload, while_the_old_generation_is_killed_lets_its_clients_come_again) {
  House house;
  const Letter letter = house.clean(blocks_the_scanner);
  auto reply = house.begins(letter);
  ASSERT_TRUE(house.gate.await_entered(1));
  const std::vector<pid_t> old = house.daemon.generations();
  house.daemon.reload();
  kill_all(old);
  EXPECT_EQ(reply.get(), "");
  house.gate.open();
  EXPECT_TRUE(is_success(house.insists_on(letter)));
  EXPECT_EQ(house.delivered(letter), 1u);
  house.serves_on();
}

TEST(Client, that_vanishes_before_the_reply_gets_its_mail_delivered_once) {
  House house;
  const Letter letter = house.clean(blocks_the_scanner);
  {
    testing::Client client(house.daemon.address());
    testing::SentMail mail;
    mail.content = letter.content;
    client.hands_over(mail);
    ASSERT_TRUE(house.gate.await_entered(1));
    client.vanishes();
  }
  house.daemon.wait_until("its session is over", [](const auto& now) { return now["counters"]["sessions"] == 0; });
  house.gate.open();
  house.daemon.wait_for_idle_workers(2);
  EXPECT_EQ(house.delivered(letter), 0u);
  EXPECT_TRUE(is_success(house.sends(letter)));
  EXPECT_EQ(house.delivered(letter), 1u);
  house.serves_on();
}

TEST(Reception, without_descriptors_lets_new_clients_wait_and_serves_those_it_has) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few{64, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  House house;  // inherits it
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  std::vector<testing::Client> clients;
  for (int n = 0; n < 64; ++n) clients.emplace_back(house.daemon.address());
  const std::string complaint = "too few descriptors";
  const size_t at = house.daemon.wait_for_log(complaint);

  const Letter letter = house.clean();
  const std::string reply = clients.front().sends({.content = letter.content}).front();
  house.tell(letter, reply);
  EXPECT_TRUE(is_success(reply)) << reply;
  EXPECT_EQ(house.delivered(letter), 1u);
  EXPECT_EQ(house.daemon.log().find(complaint, at + 1), std::string::npos) << "once for each episode, so it did not ask at once again";

  clients.clear();
  house.serves_on();
}

TEST(Queue, that_is_full_answers_451_at_once_and_keeps_whom_it_has) {
  House house({.extra = "[receive]\nwaiting-limit = 1\n", .workers = 1});
  const Letter first = house.clean(blocks_the_scanner), second = house.clean(), third = house.clean();
  auto one = house.begins(first);
  ASSERT_TRUE(house.gate.await_entered(1));
  auto two = house.begins(second);
  house.daemon.wait_until("the second waits", [](const auto& now) { return now["counters"]["waiting"] == 1; });
  EXPECT_EQ(house.sends(third).substr(0, 3), "451");
  house.gate.open();
  EXPECT_TRUE(is_success(one.get()));
  EXPECT_TRUE(is_success(two.get()));
  EXPECT_EQ(house.delivered(third), 0u);
  house.serves_on();
}

}  // namespace
}  // namespace postern::faults
