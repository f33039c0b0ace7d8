// SPDX-License-Identifier: MIT
// Ordinary mail: none of it may be called ambiguous, encrypted or over a limit.
#include <gtest/gtest.h>

#include <algorithm>

#include "config/configuration.h"
#include "hostile/ordinary_mail.h"

namespace postern::testing {
namespace {

cli::Examiner& examiner() {
  static cli::Examiner one(config::load("").configuration, true);
  return one;
}

class Ordinary : public ::testing::TestWithParam<size_t> {};

TEST_P(Ordinary, MailRaisesNoAlarm) {
  for (size_t shape = 0; shape < ordinary_shapes; ++shape) {
    const std::string mail = ordinary_mail(GetParam(), shape);
    EXPECT_EQ(alarms(examiner(), mail), "") << "shape " << shape << "\n" << mail.substr(0, 6000);
  }
}

INSTANTIATE_TEST_SUITE_P(Styles, Ordinary, ::testing::Range(size_t{0}, ordinary_styles().size()),
                         [](const auto& instance) {
                           std::string name = ordinary_styles()[instance.param].name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace postern::testing
