// SPDX-License-Identifier: MIT
#include "support/sanitizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>

#include "support/process.h"

namespace postern::testing {
namespace {

using namespace std::chrono_literals;

TEST(SanitizerReport, BeginsWithItsLineAndIsOfEachKind) {
  // Written in pieces, or this test would be taken for its own subject.
  const std::string sanitizer = "Sanitizer";
  for (const std::string& line :
       {"==7==ERROR: Address" + sanitizer + ": heap-use-after-free", "==7==ERROR: Leak" + sanitizer + ": leaks",
        "WARNING: Thread" + sanitizer + ": data race (pid=7)", std::string("a.cpp:1:2: runtime") + " error: overflow",
        "Address" + sanitizer + ":DEADLYSIGNAL"})
    EXPECT_EQ(sanitizer_report("worker 7: hello\n" + line + "\n  #0 here\n"), line + "\n  #0 here\n");
}

TEST(SanitizerReport, IsNotSeenInAnOrdinaryLog) {
  EXPECT_EQ(sanitizer_report(""), "");
  EXPECT_EQ(sanitizer_report("worker 7 died of signal 11\nerror: std::runtime_error\n"), "");
}

// A grandchild that wrote and was killed counts like the process itself.
TEST(SanitizerReport, InTheLogOfAProcessFailsTheTest) {
  const auto says = [](const std::string& text) {
    Process process({"/bin/sh", "-c", "(echo \"" + text + "\" >&2; kill -9 $$) & wait"});
    process.wait_for_silence(10s);
  };
  EXPECT_NONFATAL_FAILURE(says("==7==ERROR: Address\"\"Sanitizer: heap-use-after-free"), "heap-use-after-free");
  says("all is well");
}

}  // namespace
}  // namespace postern::testing
