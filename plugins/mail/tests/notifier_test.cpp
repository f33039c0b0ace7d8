// SPDX-License-Identifier: MIT
#include "notifier.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include <gtest/gtest.h>
#include <postern/testing.hpp>

namespace postern::mail_notice {
namespace {

using postern::testing::Host;
using postern::testing::Plugin;

// Takes one connection, greets with the first reply, gives the next one after each line, or after the text where it
// said 354.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> replies) : replies_(std::move(replies)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 1) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("listen");
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    ::close(listener_);
  }
  std::string endpoint() const { return "127.0.0.1:" + std::to_string(port_); }
  const std::string& heard() {  // when the dialogue is over
    thread_.join();
    return heard_;
  }

 private:
  void serve() {
    const int c = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (c < 0) return;
    bool is_text = false;
    for (const std::string& reply : replies_) {
      if (::send(c, reply.data(), reply.size(), MSG_NOSIGNAL) < 0 || !reply.ends_with('\n')) break;
      const std::string end = is_text ? "\r\n.\r\n" : "\r\n";
      const size_t from = heard_.size();
      while (heard_.find(end, from) == std::string::npos) {
        char chunk[4096];
        const ssize_t n = ::recv(c, chunk, sizeof chunk, 0);
        if (n <= 0) break;
        heard_.append(chunk, static_cast<size_t>(n));
      }
      is_text = heard_.ends_with("DATA\r\n");
    }
    ::close(c);
  }

  std::vector<std::string> replies_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::string heard_;
  std::jthread thread_;
};

const std::vector<std::string> all_well = {
    "220 mx\r\n", "250-mx\r\n250 8BITMIME\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n"};

void blocked_mail(Host& host) {
  host.fact("event.kind", "mail.blocked")
      .fact("event.category", "virus")
      .fact("event.virus", "Evil\r\nBcc: x@example.org");
  host.fact("mail.rcpt", "a@example.org").fact("mail.rcpt", "b@example.org").fact("mail.from", "s@example.net");
}

TEST(MailNotifier, SubmitsANoticeWithTheNullSender) {
  ScriptedServer server(all_well);
  Host host;
  host.option("server", server.endpoint()).option("to", "admin@example.org").option("hostname", "filter.example.org");
  blocked_mail(host);
  const auto result = host.notify<Notifier>();
  EXPECT_EQ(result.rc, POSTERN_OK) << result.reason;
  const std::string& heard = server.heard();
  EXPECT_TRUE(
      heard.starts_with("EHLO filter.example.org\r\nMAIL FROM:<>\r\nRCPT TO:<admin@example.org>\r\nDATA\r\nFrom: "))
      << heard;
  EXPECT_NE(heard.find("From: \"Postern content filter\" <postmaster@filter.example.org>\r\nTo: admin@example.org\r\n"),
            std::string::npos);
  EXPECT_NE(heard.find("Recipient:    b@example.org\r\n"), std::string::npos);
  EXPECT_EQ(heard.find("\nBcc:"), std::string::npos);
}

TEST(MailNotifier, TellsThePostmasterUnlessToldOtherwise) {
  ScriptedServer server(all_well);
  Host host;
  host.option("server", server.endpoint()).option("hostname", "filter.example.org");
  EXPECT_EQ(host.notify<Notifier>().rc, POSTERN_OK);
  EXPECT_NE(server.heard().find("RCPT TO:<postmaster@filter.example.org>\r\n"), std::string::npos);
}

TEST(MailNotifier, LogsARecipientThatIsRefused) {
  ScriptedServer server(
      {"220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "550 no\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n"});
  Host host;
  host.option("server", server.endpoint()).option("hostname", "f").option("to", {"a@example.org", "b@example.org"});
  EXPECT_EQ(host.notify<Notifier>().rc, POSTERN_OK);
  ASSERT_EQ(host.log().size(), 1u);
  EXPECT_NE(host.log()[0].text.find("a@example.org: 550 no"), std::string::npos);
}

TEST(MailNotifier, FailsWithTheServersReason) {
  const struct {
    std::vector<std::string> replies;
    postern_rc rc;
  } table[] = {{{"220 mx\r\n", "250 mx\r\n", "550 no null senders\r\n"}, POSTERN_E_FAIL},
               {{"220 mx\r\n", "250 mx\r\n", "451 later\r\n"}, POSTERN_E_IO},
               {{"220 mx\r\n", "250 mx\r\n", "250 o"}, POSTERN_E_IO},
               {{}, POSTERN_E_IO},
               {{"220 " + std::string(100000, 'x') + "\r\n"}, POSTERN_E_IO}};
  for (const auto& row : table) {
    ScriptedServer server(row.replies);
    Host host;
    host.option("server", server.endpoint()).option("hostname", "f");
    const auto result = host.notify<Notifier>();
    EXPECT_EQ(result.rc, row.rc) << result.reason;
    EXPECT_FALSE(result.reason.empty());
  }
}

TEST(MailNotifier, IsUnavailableWhenNobodyListens) {
  Host host;
  host.option("server", "unix:/nonexistent/smtp.sock").option("hostname", "f");
  EXPECT_EQ(host.notify<Notifier>().rc, POSTERN_E_UNAVAILABLE);
}

TEST(MailNotifier, RefusesOptionsThatAreNoAddresses) {
  const std::pair<const char*, const char*> table[] = {
      {"to", "a@b\r\nRCPT TO:<x@y>"}, {"from", "nobody"}, {"hostname", "a b"}, {"hostname", ""}, {"server", "mx"}};
  for (const auto& [name, value] : table) {
    Host host;
    host.option(name, value);
    EXPECT_THROW(Plugin(host, Plugin::descriptor<Notifier>()), Error) << name;
    ASSERT_FALSE(host.option_errors().empty()) << name;
    EXPECT_EQ(host.option_errors()[0].option, name);
  }
}

TEST(MailNotifier, AsksForBlockedMailsOnly) {
  Host host;
  host.option("hostname", "f");
  const auto& worker = Plugin(host, Plugin::descriptor<Notifier>()).worker();
  ASSERT_NE(worker.accepts, nullptr);
  EXPECT_STREQ(worker.accepts[0], "mail.blocked");
  EXPECT_EQ(worker.accepts[1], nullptr);
}

}  // namespace
}  // namespace postern::mail_notice
