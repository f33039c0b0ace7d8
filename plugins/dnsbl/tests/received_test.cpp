// SPDX-License-Identifier: MIT
#include "received.h"

#include <gtest/gtest.h>

#include "client.h"

namespace postern::dnsbl {
namespace {

using Kind = ReceivedField::Kind;

TEST(DnsblReceived, FindsTheAddressThatTheHostSaw) {
  const struct {
    const char* value;
    const char* address;
  } table[] = {
      {" from mx.example.org (mx.example.org [1.2.3.4])\r\n\tby mail.example.com (Postfix) with ESMTP id 4ABC\r\n\tfor "
       "<bob@example.com>; Mon, 2 Nov 2026 10:00:00 +0000 (UTC)",
       "1.2.3.4"},
      {" from mx.example.org (unknown [IPv6:2a01:4f8::1])\r\n\t(using TLSv1.3 with cipher X (256/256 bits))\r\n\t(No "
       "client certificate requested)\r\n\tby mail.example.com (Postfix)",
       "2a01:4f8::1"},
      {"from mx.example.org ([1.2.3.4]) by mail.example.com with ESMTP; date", "1.2.3.4"},
      {"from [9.9.9.9] (mx.example.org [1.2.3.4]) by mail.example.com", "1.2.3.4"},
      {"from mx.example.org (mx.example.org [1.2.3.4] (may be forged)) by mail.example.com (8.17.1/8.17.1)", "1.2.3.4"},
      {"from mx.example.org ([1.2.3.4] helo=mx.example.org) by mail.example.com with esmtp (Exim 4.96)", "1.2.3.4"},
      {"from mx.example.org ([1.2.3.4]:4711 helo=[9.9.9.9]) by mail.example.com with esmtp (Exim 4.96)", "1.2.3.4"},
      {"from mail-x.example.org (mail-x.example.org. [2600::7]) by mx.example.com with ESMTPS id x", "2600::7"},
      {"from EX1.example.org (2603:10a6:10::1) by EX2.example.org (2603::2) with Microsoft SMTP Server",
       "2603:10a6:10::1"},
      {"FROM a (b [::ffff:1.2.3.4]) BY c", "1.2.3.4"},
  };
  for (const auto& row : table) {
    const ReceivedField field = read_received(row.value);
    ASSERT_EQ(field.kind, Kind::from_client) << row.value;
    EXPECT_EQ(field.address.text(), row.address) << row.value;
  }
}

TEST(DnsblReceived, NeverGuesses) {
  for (const char* value : {"",
                            "from",
                            "from a",
                            "from a (b [1.2.3.4])",
                            "from a (b [1.2.3.4]) by",
                            "from a (b [1.2.3.4] by c",
                            "from a b (c [1.2.3.4]) by d",
                            "from a (b) by c",
                            "from [1.2.3.4] by c",
                            "from [1.2.3.4] (helo=a) by c",
                            "from [1.2.3.4] (helo=[9.9.9.9]) by c",
                            "from [1.2.3.4] (port=1 helo=[9.9.9.9]) by c",
                            "from a (HELO [9.9.9.9]) (1.2.3.4) by c",
                            "from unknown (HELO a) (1.2.3.4) by c",
                            "from a (b [1.2.3.400]) by c",
                            "from a (b [IPv6:1.2.3.4]) by c",
                            "from a (b [1.2.3.4) by c",
                            "from a (b 1.2.3.4]) by c",
                            "from a (b [x]) by c",
                            "from a ((b) [1.2.3.4]) by c",
                            "(x) from a (b [1.2.3.4]) by c",
                            "by",
                            "for x by y",
                            "from a (helo=x [9.9.9.9]) by c",
                            "from a (b [1.2.3.4]:x) by c"})
    EXPECT_EQ(read_received(value).kind, Kind::unreadable) << value;
  EXPECT_EQ(read_received(" by mail.example.com (Postfix, from userid 0)\r\n\tid 4XYZ; date").kind, Kind::from_here);
}

// A field that is cut is unreadable or says the same: never another address.
TEST(DnsblReceived, SaysNothingElseWhereverItIsCut) {
  const std::string whole =
      " from mx.example.org (mx.example.org [213.114.115.116])\r\n\t(using TLS)\r\n\tby mail.example.com (Postfix) "
      "with ESMTP id 1; date";
  for (size_t length = 0; length <= whole.size(); ++length) {
    const ReceivedField field = read_received(std::string_view(whole).substr(0, length));
    const bool is_read = length >= whole.find("by mail") + 4;
    EXPECT_EQ(field.kind, is_read ? Kind::from_client : Kind::unreadable) << length;
    if (is_read) {
      EXPECT_EQ(field.address.text(), "213.114.115.116") << length;
    }
  }
}

// ---- the walk

std::string hop(const std::string& address) {
  return "Received: from x (y [" + address + "])\r\n\tby z; date\r\n";
}
Client found(const ClientRule& rule, const char* envelope, const std::string& fields) {
  return find_client(rule, envelope, fields + "Subject: x\r\n\r\n" + hop("8.7.6.5"));
}
std::string address_found(const ClientRule& rule, const char* envelope, const std::string& fields) {
  const Client client = found(rule, envelope, fields);
  return client.address ? client.address->text() : "none: " + client.how;
}

TEST(DnsblClient, IsTheEnvelopesUnlessThatIsAHostOfOurs) {
  const ClientRule rule{{*Network::parse("10.0.0.0/8"), *Network::parse("8.8.8.0/24")}, false};
  EXPECT_EQ(address_found(rule, "1.2.3.4", hop("5.6.7.8")), "1.2.3.4");
  EXPECT_EQ(address_found(rule, "2a01:4f8::1", ""), "2a01:4f8::1");
  for (const char* ours : {"127.0.0.1", "::1", "10.1.1.1", "8.8.8.8", "", "unix", "unknown", "local"})
    EXPECT_EQ(address_found(rule, ours, hop("5.6.7.8")), "5.6.7.8") << ours;
  EXPECT_EQ(address_found({rule.trusted, true}, "1.2.3.4", hop("5.6.7.8")), "5.6.7.8");
}

TEST(DnsblClient, IsTheFirstStrangerBehindOurRelays) {
  const ClientRule rule{{*Network::parse("10.0.0.0/8"), *Network::parse("2600::/32")}, false};
  EXPECT_EQ(address_found(rule, "127.0.0.1",
                          hop("127.0.0.1") + "X: y\r\n" + hop("10.0.0.1") + hop("IPv6:2600::5") + hop("5.6.7.8") +
                              hop("9.9.9.9")),
            "5.6.7.8");
  EXPECT_EQ(found(rule, "127.0.0.1", hop("10.0.0.1") + hop("5.6.7.8")).how, "from Received field 2");
}

TEST(DnsblClient, IsNobodyWhereOurRelaysDoNotTell) {
  const ClientRule rule{{*Network::parse("10.0.0.0/8")}, false};
  EXPECT_EQ(address_found(rule, "127.0.0.1", ""), "none: no Received field") << "those in the body are none";
  EXPECT_EQ(address_found(rule, "127.0.0.1", hop("10.0.0.1")), "none: every Received field names a host of ours");
  EXPECT_EQ(address_found(rule, "127.0.0.1", "Received: strange\r\n" + hop("5.6.7.8")),
            "none: Received field 1 has no form that can be trusted");
  EXPECT_EQ(address_found(rule, "127.0.0.1", hop("10.0.0.1") + "Received: by here; date\r\n" + hop("5.6.7.8")),
            "none: the mail began on a host of ours (Received field 2)");
  EXPECT_EQ(address_found(rule, "192.168.1.1", hop("5.6.7.8")),
            "none: 192.168.1.1 is private or reserved (as the envelope says)")
      << "private, and not named as ours: its fields are not believed";
  EXPECT_EQ(address_found(rule, "10.0.0.1", hop("192.168.1.1") + hop("5.6.7.8")),
            "none: 192.168.1.1 is private or reserved (from Received field 1)");
  std::string many;
  for (int i = 0; i < 60; ++i) many += hop("10.0.0.1");
  EXPECT_EQ(address_found(rule, "127.0.0.1", many + hop("5.6.7.8")),
            "none: more than 50 Received fields of our own hosts");
}

}  // namespace
}  // namespace postern::dnsbl
