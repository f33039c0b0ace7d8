// SPDX-License-Identifier: MIT
// A next hop that fails at each step: nothing is lost, and what the sender hears is what the next hop meant, or 4xx.
#include <gtest/gtest.h>

#include "faults/house.h"

namespace postern::faults {
namespace {

// Every mail on a fresh connection, so that greeting and EHLO fail too; short times, because some next hops never
// answer.
const HouseOptions impatient{.extra =
                                 "[deliver]\nkeep-idle = \"0s\"\ncommand-timeout = \"1s\"\nconnect-timeout = \"1s\"\n"};
constexpr const char* steps[] = {"", "EHLO", "MAIL", "RCPT", "DATA", "."};

void expect_deferred_at_each_step(const std::string& fault) {
  House house(impatient);
  for (const std::string step : steps) {
    house.hop.answers(step, fault);
    if (step == "EHLO") house.hop.answers("HELO", fault);
    const Letter letter = house.clean();
    const std::string reply = house.sends(letter);
    EXPECT_TRUE(is_temporary(reply)) << "at " << step << ": " << reply;
    EXPECT_EQ(house.delivered(letter), 0u);
    house.hop.behaves();
    EXPECT_TRUE(is_success(house.sends(letter))) << "after " << step;
    EXPECT_EQ(house.delivered(letter), 1u);
  }
  house.serves_on();
}

TEST(NextHop, that_closes_at_any_step_defers) {
  expect_deferred_at_each_step("CLOSE");
}
TEST(NextHop, that_hangs_at_any_step_defers) {
  expect_deferred_at_each_step("HANG");
}
TEST(NextHop, that_says_421_and_closes_at_any_step_defers) {
  expect_deferred_at_each_step("421 4.3.2 going downCLOSE");
}
TEST(NextHop, that_says_451_at_any_step_defers) {
  expect_deferred_at_each_step("451 4.3.0 not now");
}
TEST(NextHop, that_talks_nonsense_at_any_step_defers) {
  expect_deferred_at_each_step("what do you want");
}

TEST(NextHop, that_refuses_for_good_is_passed_on) {
  House house(impatient);
  for (const std::string step : {"MAIL", "RCPT", "DATA", "."}) {
    house.hop.answers(step, "550 5.1.1 never");
    const Letter letter = house.clean();
    EXPECT_TRUE(house.sends(letter).starts_with("5")) << "at " << step;
    EXPECT_EQ(house.delivered(letter), 0u);
    house.hop.behaves();
  }
  house.serves_on();
}

TEST(NextHop, that_is_not_there_defers) {
  House house;
  const Letter letter = house.clean();
  house.hop.close_door();
  EXPECT_TRUE(is_temporary(house.sends(letter)));
  house.hop.open_door();
  EXPECT_TRUE(is_success(house.sends(letter)));
  EXPECT_EQ(house.delivered(letter), 1u);
  house.serves_on();
}

TEST(NextHop, that_dies_between_two_mails_costs_nothing) {
  House house;
  EXPECT_TRUE(is_success(house.sends(house.clean())));
  house.hop.close_door();  // cuts the connections that were kept
  house.hop.open_door();
  EXPECT_TRUE(is_success(house.sends(house.clean())));
  house.serves_on();
}

}  // namespace
}  // namespace postern::faults
