// SPDX-License-Identifier: MIT
#include "address.h"

#include <gtest/gtest.h>

namespace postern::dnsbl {
namespace {

TEST(DnsblAddress, IsReversedAsListsWantIt) {
  EXPECT_EQ(Address::parse("192.0.2.99")->reversed(), "99.2.0.192");
  EXPECT_EQ(Address::parse("2001:db8:1:2:3:4:567:89ab")->reversed(),
            "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2");  // RFC 5782, 2.4
  EXPECT_EQ(Address::parse("::ffff:192.0.2.99")->reversed(), "99.2.0.192");
  EXPECT_EQ(Address::v4(0x01020304).text(), "1.2.3.4");
  EXPECT_EQ(Address::parse("2001:DB8::1")->text(), "2001:db8::1");
}

TEST(DnsblAddress, TakesNothingElseForAnAddress) {
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", " 1.2.3.4", "1.2.3.4 ", "0x7f.0.0.1",
                           "[1.2.3.4]", "fe80::1%eth0", ":::", "unix", "1.2.3.4/32"})
    EXPECT_FALSE(Address::parse(text)) << text;
  EXPECT_FALSE(Address::parse(std::string("1.2.3.4\0", 8)));
}

TEST(DnsblAddress, IsInItsNetworks) {
  const struct {
    const char* network;
    const char* address;
    bool is_in;
  } table[] = {{"10.0.0.0/8", "10.255.0.1", true},
               {"10.0.0.0/8", "11.0.0.0", false},
               {"192.0.2.64/26", "192.0.2.127", true},
               {"192.0.2.64/26", "192.0.2.128", false},
               {"192.0.2.7", "192.0.2.7", true},
               {"192.0.2.7", "192.0.2.6", false},
               {"0.0.0.0/0", "8.8.4.4", true},
               {"0.0.0.0/0", "2600::1", false},
               {"::/0", "2600::1", true},
               {"2001:db8::/33", "2001:db8::1", true},
               {"[2001:db8::]/33", "2001:db8:8000::1", false},
               {"::1", "::1", true}};
  for (const auto& row : table)
    EXPECT_EQ(Network::parse(row.network).value().contains(*Address::parse(row.address)), row.is_in)
        << row.network << " " << row.address;
  for (const char* text : {"", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/a", "10.0.0.0/-1", "2001:db8::1/64",
                           "::/129", "example.org"})
    EXPECT_FALSE(Network::parse(text)) << text;
}

TEST(DnsblAddress, OfNobodyOnTheInternetIsNotPublic) {
  for (const char* text :
       {"0.1.2.3",     "10.1.2.3",         "100.64.0.1",     "127.0.0.1",   "169.254.1.1",     "172.31.0.1",
        "192.168.1.1", "192.0.2.1",        "198.18.0.1",     "224.0.0.1",   "255.255.255.255", "::",
        "::1",         "fe80::1",          "fc00::1",        "2001:db8::1", "2002:102:304::1", "2001::1",
        "ff02::1",     "64:ff9b::102:304", "::ffff:10.0.0.1"})
    EXPECT_FALSE(is_public(*Address::parse(text))) << text;
  for (const char* text :
       {"1.2.3.4", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2600::1", "2a01:4f8::1", "::ffff:1.2.3.4"})
    EXPECT_TRUE(is_public(*Address::parse(text))) << text;
}

}  // namespace
}  // namespace postern::dnsbl
