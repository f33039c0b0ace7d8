// SPDX-License-Identifier: MIT
// Plug-ins that end, hang or eat their process. One bad mail costs two workers at most, and no other mail anything.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "faults/house.h"

namespace postern::faults {
namespace {

using namespace std::chrono_literals;

constexpr const char* limits = "[daemon]\nworker-memory = \"128MiB\"\n";
constexpr const char* short_time = "timeout = \"1s\"\n";

class ScannerThat : public ::testing::TestWithParam<const char*> {};

// Sanitizers reserve terabytes, so no process has a limit of memory there, and these would take the machine's.
bool has_limits() {
#ifdef POSTERN_SANITIZED
  return false;
#else
  return true;
#endif
}

TEST_P(ScannerThat, ends_its_worker_defers_the_mail_and_is_named) {
  if (std::string_view(GetParam()) == "allocate" && !has_limits())
    GTEST_SKIP() << "a sanitized worker has no limit of memory";
  House house({.extra = limits, .rude_scanner = short_time});
  const Letter bad = house.clean("X-Rude: " + std::string(GetParam()) + "\r\n");
  auto reply = house.begins(bad);
  std::vector<Letter> others;
  while (reply.wait_for(10ms) != std::future_status::ready) {
    others.push_back(house.clean());
    EXPECT_TRUE(is_success(house.sends(others.back())));
  }
  EXPECT_EQ(reply.get().substr(0, 3), "451");
  EXPECT_EQ(house.delivered(bad), 0u);
  for (const Letter& other : others) EXPECT_EQ(house.delivered(other), 1u);
  const size_t line = house.daemon.wait_for_log(" with mail ");
  const std::string rest = house.daemon.log().substr(line);
  EXPECT_NE(rest.substr(0, rest.find('\n')).find("plug-in rude"), std::string::npos) << rest;
  house.serves_on();
}

INSTANTIATE_TEST_SUITE_P(Each, ScannerThat, ::testing::Values("segfault", "abort", "exit", "loop", "allocate"),
                         [](const auto& each) { return each.param; });

TEST(Scanner, that_crashes_and_must_not_hold_up_mail_lets_it_pass_unchecked) {
  House house({.rude_scanner = "on-error = \"pass-unchecked\"\n"});
  const Letter letter = house.clean("X-Rude: segfault\r\n");
  EXPECT_TRUE(is_success(house.sends(letter)));
  ASSERT_EQ(house.delivered(letter), 1u);
  EXPECT_NE(house.hop.mails().back().content.find("X-Amavis-Alert: UNCHECKED"), std::string::npos)
      << house.hop.mails().back().content;
  house.serves_on();
}

TEST(Scanner, that_throws_through_c_defers_and_ends_nobody) {
  House house;
  house.daemon.configure(house.configuration({.extra = "[scanner.throws]\nplugin = \"wrong_throws\"\n"}));
  house.daemon.reload();
  house.daemon.wait_until("the old generation is gone",
                          [&](const auto&) { return house.daemon.workers().size() == 2; });
  const std::vector<pid_t> before = house.daemon.workers();
  const Letter letter = house.clean();
  EXPECT_EQ(house.sends(letter).substr(0, 3), "451");
  EXPECT_EQ(house.daemon.workers(), before);
  house.daemon.configure(house.configuration({}));
  house.daemon.reload();
  EXPECT_TRUE(is_success(house.sends(letter)));
  house.serves_on();
}

// Two scanners that crash on the same mail: after the second death nobody looks again, and [policy] crashed decides. The
// second is a back-up, so that they die one after the other; side by side one death may end both.
std::string second_scanner() {
  return "[scanner.second]\nplugin = \"rude_scanner\"\nstage = \"backup\"\nword = \"X-Rude-Too\"\n";
}
constexpr const char* poison = "X-Rude: segfault\r\nX-Rude-Too: segfault\r\n";

TEST(Poison, that_kills_two_workers_is_deferred_by_default) {
  House house({.extra = second_scanner()});
  const Letter letter = house.clean(poison);
  EXPECT_EQ(house.sends(letter).substr(0, 3), "451");
  EXPECT_EQ(house.delivered(letter), 0u);
  house.serves_on();
}

TEST(Poison, that_kills_two_workers_is_quarantined_unopened_where_that_is_wished) {
  House house({.extra = second_scanner() + "[policy]\ncrashed = { action = \"discard\", quarantine = true }\n"});
  const Letter letter = house.clean(poison);
  const std::string reply = house.sends(letter);
  EXPECT_TRUE(is_success(reply)) << reply << house.daemon.log();
  EXPECT_EQ(house.delivered(letter), 0u);
  EXPECT_TRUE(house.is_quarantined(letter));
  house.serves_on();
}

class DecoderThat : public ::testing::TestWithParam<const char*> {};

TEST_P(DecoderThat, ends_every_unpacker_defers_its_mail) {
  if (std::string_view(GetParam()) == "allocate" && !has_limits())
    GTEST_SKIP() << "a sanitized unpacker has no limit of memory";
  House house;
  const Letter letter = house.clean("X-Rude-Decoder: " + std::string(GetParam()) + "\r\n");
  EXPECT_EQ(house.sends(letter).substr(0, 3), "451");
  EXPECT_EQ(house.delivered(letter), 0u);
  house.daemon.wait_for_log("unpacker died in decoder rude, attempt 2");
  house.serves_on();
}

INSTANTIATE_TEST_SUITE_P(Each, DecoderThat, ::testing::Values("segfault", "abort", "exit", "allocate"),
                         [](const auto& each) { return each.param; });

TEST(Decoder, that_ends_every_unpacker_has_its_mail_quarantined_where_that_is_wished) {
  House house({.extra = "[policy]\ncrashed = { action = \"discard\", quarantine = true }\n"});
  const Letter letter = house.clean("X-Rude-Decoder: segfault\r\n");
  EXPECT_TRUE(is_success(house.sends(letter)));
  EXPECT_EQ(house.delivered(letter), 0u);
  EXPECT_TRUE(house.is_quarantined(letter));
  house.serves_on();
}

TEST(Decoder, that_never_returns_is_killed_and_the_mail_is_over_limit) {
  House house({.extra = "[decode]\ntime = \"1s\"\n"});
  const Letter letter = house.clean("X-Rude-Decoder: loop\r\n");
  EXPECT_TRUE(is_success(house.sends(letter)));  // over-limit: discarded and kept, by default
  EXPECT_EQ(house.delivered(letter), 0u);
  EXPECT_TRUE(house.is_quarantined(letter));
  house.daemon.wait_for_log("decoder rude overran its time");
  house.serves_on();
}

TEST(Decoder, that_does_not_finish_because_little_time_was_left_defers_its_mail) {
  House house;
  std::ifstream main_file(house.daemon.config_file());
  std::string text(std::istreambuf_iterator<char>(main_file), {});
  text.insert(text.find('\n') + 1, "deadline = \"6s\"\n");  // behind [[listen]]
  house.daemon.file("postern.toml", text);
  house.daemon.reload();
  const Letter letter = house.clean("X-Rude-Decoder: loop\r\n");
  EXPECT_EQ(house.sends(letter).substr(0, 3), "451");  // not over-limit: 4 s are less than [decode] time
  EXPECT_EQ(house.delivered(letter), 0u);
  house.serves_on();
}

}  // namespace
}  // namespace postern::faults
