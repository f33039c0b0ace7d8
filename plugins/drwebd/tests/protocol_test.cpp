// SPDX-License-Identifier: MIT
#include "protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answers.h"

namespace postern::drwebd {
namespace {

using support::Outcome;
using support::ScanVerdict;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ScanVerdict verdict(const std::string& bytes) {
  AnswerReader reader;
  for (size_t n = 0; n < bytes.size(); ++n)
    if (reader.put(bytes.substr(n, 1))) {
      EXPECT_EQ(n + 1, bytes.size());
      return reader.verdict();
    }
  return {Outcome::failed, {}, "cut"};
}

TEST(DrwebdProtocol, AsksWithTheBytesAndNoPath) {
  using namespace std::string_literals;
  EXPECT_EQ(scan_head(0x1234, false, false), "\0\0\0\1\0\x20\0\1\0\0\0\0\0\0\x12\x34"s);
  EXPECT_EQ(scan_head(1, true, true), "\0\0\0\1\0\x28\0\x09\0\0\0\0\0\0\0\1"s);
}

TEST(DrwebdProtocol, KnowsWhatTheResultsMean) {
  EXPECT_EQ(meaning(0x100000).outcome, Outcome::clean);
  EXPECT_EQ(meaning(0x110000).outcome, Outcome::clean);
  for (const uint32_t virus : {0x20u, 0x40u, 0x80u, 0x400000u, 0x2000000u, 0x100020u, 0x10020u, 0x21u}) EXPECT_EQ(meaning(virus).outcome, Outcome::infected) << virus;
  for (const uint32_t half : {0x8u, 0x200u, 0x101000u, 0x2000u, 0x4000u, 0x40000u}) EXPECT_EQ(meaning(half).outcome, Outcome::incomplete) << half;
  for (const uint32_t bad : {0u, 1u, 2u, 4u, 0x10u, 0x8000u, 0x200000u, 0x100001u, 0x10000u, 0x10000000u, 0x30000000u, 0x80100000u}) EXPECT_EQ(meaning(bad).outcome, Outcome::failed) << bad;
}

// No bit beside the two makes anything else clean.
TEST(DrwebdProtocol, NothingElseIsClean) {
  for (int bit = 0; bit < 32; ++bit) EXPECT_EQ(meaning(0x100000 | 1u << bit).outcome == Outcome::clean, bit == 16 || bit == 20) << bit;
}

TEST(DrwebdProtocol, TakesTheNames) {
  EXPECT_THAT(verdict(answer(0x20, {"DATA[68] infected with EICAR Test File (NOT a Virus!)"})).names, ElementsAre("EICAR Test File (NOT a Virus!)"));
  EXPECT_THAT(verdict(answer(0x20, {"A\n", "B", "A"})).names, ElementsAre("A", "B"));
  EXPECT_THAT(verdict(answer(0x20, {})).names, ElementsAre("unnamed"));
  EXPECT_EQ(verdict(answer(0x100000, {"Liar"})).outcome, Outcome::infected);
  EXPECT_EQ(verdict(answer(0x100000, {})).outcome, Outcome::clean);
}

TEST(DrwebdProtocol, AnswersThatAreCutOrTooLongAreNone) {
  const std::string whole = answer(0x20, {"One", "Two"});
  for (size_t length = 0; length < whole.size(); ++length) EXPECT_EQ(verdict(whole.substr(0, length)).why, "cut");
  AnswerReader more, many, huge;
  EXPECT_THROW(more.put(whole + "x"), BadAnswer);
  EXPECT_THROW(many.put(number(0x100000) + number(0x7fffffff)), BadAnswer);
  EXPECT_THROW(huge.put(number(0x20) + number(1) + number(0xffffffff)), BadAnswer);
}

}  // namespace
}  // namespace postern::drwebd
