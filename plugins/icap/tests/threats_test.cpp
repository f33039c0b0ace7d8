// SPDX-License-Identifier: MIT
#include "threats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace postern::icap {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Threats in(Fields fields) {
  Answer answer;
  answer.fields = std::move(fields);
  return threats_in(answer);
}

TEST(IcapThreats, AreNamedInTheFieldsThatVendorsUse) {
  EXPECT_THAT(in({{"x-infection-found", "Type=0; Resolution=2; Threat=Eicar.Test.UNOFFICIAL;"}}).names, ElementsAre("Eicar.Test.UNOFFICIAL"));
  EXPECT_THAT(in({{"x-violations-found", "1\n-\nEicar.Test.UNOFFICIAL\n0\n0"}}).names, ElementsAre("Eicar.Test.UNOFFICIAL"));
  EXPECT_THAT(in({{"x-violations-found", "2\na.exe\nOne\n0\n0\nb.exe\nTwo\n0\n0"}}).names, ElementsAre("One", "Two"));
  EXPECT_THAT(in({{"x-virus-id", "EICAR Test String"}}).names, ElementsAre("EICAR Test String"));
  EXPECT_THAT(in({{"x-virus-name", "A"}, {"x-virus-id", "A"}}).names, ElementsAre("A"));
}

TEST(IcapThreats, WithoutANameAreThreats) {
  EXPECT_THAT(in({{"x-infection-found", "Type=0; Resolution=2"}}).names, ElementsAre("unnamed"));
  EXPECT_THAT(in({{"x-violations-found", "1"}}).names, ElementsAre("unnamed"));
}

TEST(IcapThreats, AreNotMadeUp) {
  EXPECT_TRUE(in({}).empty());
  EXPECT_TRUE(in({{"x-virus-id", "no threats"}}).empty());
  EXPECT_TRUE(in({{"x-violations-found", "0"}}).empty());
  EXPECT_TRUE(in({{"server", "X-Virus-ID: none"}}).empty());
}

TEST(IcapThreats, OfAContainerAreNoVirus) {
  const Threats threats = in({{"x-infection-found", "Type=2; Resolution=2; Threat=Encrypted container violation;"}, {"x-violations-found", "1\n-\nEncrypted\n0\n0"}});
  EXPECT_THAT(threats.names, IsEmpty());
  EXPECT_TRUE(threats.is_container);
}

TEST(IcapThreats, AreOneLineOfBoundedLength) {
  const Threats threats = in({{"x-virus-id", std::string("A\x01\r\nB") + std::string(10'000, 'x')}});
  ASSERT_EQ(threats.names.size(), 1u);
  EXPECT_EQ(threats.names[0].substr(0, 2), "AB");
  EXPECT_LE(threats.names[0].size(), 200u);
}

}  // namespace
}  // namespace postern::icap
