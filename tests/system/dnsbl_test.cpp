// SPDX-License-Identifier: MIT
// DNS lists through the whole house, with a stand-in for the resolver.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "name_server.h"
#include "support/client.h"
#include "support/daemon.h"
#include "support/next_hop.h"

namespace postern::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string mail_with_link =
    "From: Ann <ann@example.org>\r\nTo: bob@example.com\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nMessage-ID: "
    "<1@example.org>\r\nSubject: test\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "PGEgaHJlZj0iaHR0cDovL3d3dy5ldmlsLmNvbS8iPng8L2E+\r\n";  // <a href="http://www.evil.com/">x</a>

dnsbl::Said say(const std::string& name) {
  if (name.ends_with("black.example")) return dnsbl::of_a_list(name, "black.example", {{"4.3.2.1", {"127.0.0.2"}}});
  return dnsbl::of_a_list(name, "uri.example", {{"evil.com", {"127.0.0.4"}}});
}

DaemonOptions options(const std::string& next_hop, const std::string& server, const std::string& more = {}) {
  return {.next_hop = next_hop,
          .extra =
              "[scanner.dnsbl]\nlists = [\"black.example 127.0.0.2=4.5\"]\nuri-lists = [\"uri.example "
              "127.0.0.&4=2.5\"]\ndns-timeout = \"300ms\"\nservers = [\"" +
              server + "\"]\n" + more};
}

TEST(DnsLists, TagAMailThatCameFromAListedClientAndLinksToAListedDomain) {
  RecordingNextHop hop;
  dnsbl::NameServer resolver(say);
  Daemon daemon(options(hop.endpoint(), resolver.endpoint()));
  daemon.wait_for_scanners();
  EXPECT_THAT(Client(daemon.address()).sends({.content = mail_with_link, .xforward = "ADDR=1.2.3.4"}),
              ElementsAre(StartsWith("250 2.0.0")));
  EXPECT_THAT(hop.mails().at(0).content,
              AllOf(HasSubstr("X-Spam-Flag: YES\r\nX-Spam-Score: 7\r\n"),
                    HasSubstr("DNSBL:black.example:127.0.0.2=4.5"), HasSubstr("URIBL:uri.example:127.0.0._4=2.5")));
  EXPECT_THAT(daemon.postern({"scanners"}).out, HasSubstr("dnsbl (scores)\n    up since "));
}

TEST(DnsLists, ThatDoNotAnswerMakeAMailWaitUntilTheyDo) {
  RecordingNextHop hop;
  std::atomic<bool> silent{true};
  dnsbl::NameServer resolver(
      [&](const std::string& name) { return silent ? dnsbl::Said{.rcode = dnsbl::SERVFAIL} : say(name); });
  Daemon daemon(options(hop.endpoint(), resolver.endpoint()));
  EXPECT_THAT(Client(daemon.address()).sends({.content = mail_with_link, .xforward = "ADDR=1.2.3.4"}),
              ElementsAre(StartsWith("451 ")));
  EXPECT_TRUE(hop.mails().empty());
  silent = false;
  daemon.wait_for_scanners();
  EXPECT_THAT(Client(daemon.address()).sends({.content = mail_with_link, .xforward = "ADDR=1.2.3.4"}),
              ElementsAre(StartsWith("250 2.0.0")));
}

TEST(DnsLists, ThatDoNotAnswerLetAMailPassWhereTheAdministratorSaysSo) {
  RecordingNextHop hop;
  dnsbl::NameServer resolver([](const std::string&) { return dnsbl::listed({"127.0.0.2"}); });
  Daemon daemon(options(hop.endpoint(), resolver.endpoint(), "on-error = \"pass-unchecked\"\n"));
  EXPECT_THAT(Client(daemon.address()).sends({.content = mail_with_link, .xforward = "ADDR=1.2.3.4"}),
              ElementsAre(StartsWith("250 2.0.0")));
  daemon.wait_for_log("UNCHECKED");
}

}  // namespace
}  // namespace postern::testing
