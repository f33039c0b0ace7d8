// SPDX-License-Identifier: MIT
#include "heads.h"

#include <gtest/gtest.h>

#include "embedded.h"
#include "support/archives.h"
#include "support/cabinets.h"
#include "support/lha_archives.h"
#include "support/rar_archives.h"

namespace archive_plugin {
namespace {

using namespace postern::testing;

using Check = bool (*)(std::string_view, size_t&);

struct Known {
  const char* name;
  Check is_head;
  std::string archive;
};

std::vector<Known> known() {
  return {{"7z", is_7z_head, packed_by("7zip", {{"a", "hello"}})},
          {"rar4", is_rar_head, rar4_of({{"a", "hello"}})},
          {"rar5", is_rar_head, rar5_of({{"a", "hello"}})},
          {"rar5, encrypted", is_rar_head, rar5_of({}, false, true)},
          {"cab", is_cab_head, cab_of({{"a", "hello"}})},
          {"lha", is_lha_head, lha_of({{"a", "hello"}})}};
}

TEST(Heads, AreKnown) {
  for (const Known& k : known()) {
    size_t budget = 1000;
    EXPECT_TRUE(k.is_head(k.archive, budget)) << k.name;
  }
}

TEST(Heads, WantMoreThanTheMark) {
  for (const Known& k : known()) {
    size_t budget = 100000;
    EXPECT_FALSE(k.is_head(k.archive.substr(0, 8) + std::string(300, '\x42'), budget)) << k.name;
    EXPECT_FALSE(k.is_head(k.archive.substr(0, 8), budget)) << k.name;
  }
}

TEST(Heads, AreNoneWhereNobodyPays) {
  for (const Known& k : known()) {
    size_t budget = 4;
    EXPECT_FALSE(k.is_head(k.archive, budget)) << k.name;
    EXPECT_EQ(budget, 0u) << k.name;
  }
}

// Level 2: sixteen bits of size, and extensions that tell the size of the next one.
TEST(Heads, OfLhaMayHaveAChain) {
  const std::string name = "\1virus.com", chain = little(name.size() + 2, 2) + name + little(0, 2);
  const std::string rest = "-lh0-" + little(5, 4) + little(5, 4) + little(0, 4) + "\x20\2" + little(0, 2) + "U" + chain;
  const std::string header = little(rest.size() + 2, 2) + rest;
  size_t budget = 10000;
  EXPECT_TRUE(is_lha_head(header + "hello", budget));
  EXPECT_FALSE(is_lha_head(header + "hell", budget));
  std::string endless = header;
  endless[24] = 1;
  EXPECT_FALSE(is_lha_head(endless + "hello", budget));
}

TEST(Embedded, SkipsDecoysAndEndsAtLast) {
  std::string decoys;
  for (int i = 0; i < 5000; ++i) decoys += "Rar!\x1a\x07 7z\xbc\xaf\x27\x1c";
  const std::string program = "MZ" + decoys;
  EXPECT_TRUE(embedded(program, Host::program).empty());
  const auto seen = embedded(program + rar4_of({{"a", "hello"}}), Host::program);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].format, Format::rar4);
  EXPECT_EQ(seen[0].offset, program.size());
  EXPECT_FALSE(seen[0].is_polyglot);
}

TEST(Embedded, FindsAllCabinetsOfAProgramAndNoneElsewhere) {
  const std::string cab = cab_of({{"a", "hello"}}), bytes = "MZ" + std::string(99, 'x') + cab + "between" + cab + "end";
  EXPECT_EQ(embedded(bytes, Host::program).size(), 2u);
  EXPECT_TRUE(embedded(bytes, Host::other).empty());
  EXPECT_TRUE(embedded(bytes, Host::container).empty());
}

TEST(Embedded, SaysWhenThereAreTooManyCabinets) {
  std::string bytes = "MZ";
  for (int i = 0; i < 70; ++i) bytes += cab_of({{"a", "hello"}});
  const auto seen = embedded(bytes, Host::program);
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().format, Format::given_up);
}

}  // namespace
}  // namespace archive_plugin
