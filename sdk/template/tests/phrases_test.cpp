// SPDX-License-Identifier: MIT
#include "phrases.h"

#include <gtest/gtest.h>

#include <postern/testing.hpp>

namespace example {
namespace {

using postern::testing::Host;
using postern::testing::Result;

TEST(Phrases, AreFoundInATextPart) {
  Host host;
  host.option("phrase", {"wire transfer", "lottery"});
  host.part("You won the lottery.").type("text/plain");
  const Result result = host.scan<Phrases>();
  EXPECT_EQ(result.rc, POSTERN_OK);
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].category, POSTERN_CAT_MALWARE);
  EXPECT_EQ(result.findings[0].name, "Phrase.2");
  EXPECT_EQ(result.findings[0].text, "lottery");
}

TEST(Phrases, LeaveAPartBeyondTheLimitNotExamined) {
  Host host;
  host.option("phrase", "lottery").option("limit", "8");
  host.part("You won the lottery.").type("text/plain");
  const Result result = host.scan<Phrases>();
  EXPECT_EQ(result.rc, POSTERN_PARTIAL);
  EXPECT_TRUE(result.findings.empty());
}

TEST(Phrases, StopWhenTheTimeIsUp) {
  Host host;
  host.option("phrase", "lottery").timeout(std::chrono::milliseconds(0));
  host.part("You won the lottery.").type("text/plain");
  EXPECT_EQ(host.scan<Phrases>().rc, POSTERN_E_TIMEOUT);
}

TEST(Phrases, RefuseAnEmptyPhrase) {
  Host host;
  host.option("phrase", {"lottery", ""});
  host.part("You won the lottery.").type("text/plain");
  EXPECT_THROW(host.scan<Phrases>(), postern::Error);
  ASSERT_EQ(host.option_errors().size(), 1u);
  EXPECT_EQ(host.option_errors()[0].nth, 1u);
}

TEST(Phrases, FailWhateverCallOfTheHostFails) {
  for (uint64_t k = 1;; ++k) {
    Host host;
    host.option("phrase", "lottery").fail_call(k, POSTERN_E_IO);
    host.part("You won the lottery.").type("text/plain");
    const Result result = host.scan<Phrases>();
    if (!host.injected()) break;
    EXPECT_LT(result.rc, 0) << "call " << k;
  }
}

}  // namespace
}  // namespace example
