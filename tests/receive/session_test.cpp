// SPDX-License-Identifier: MIT
// A session with a client and a worker that are played by the test, in one event loop.
#include "receive/session.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>

#include "base/packet.h"

namespace postern::receive {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Dialogue : public testing::Test {
 protected:
  Dialogue() {
    settings.hostname = "filter.example";
    auto [ours, theirs] = base::packet_pair();
    worker = std::move(ours);
    ::fcntl(worker.get(), F_SETFL, O_NONBLOCK);
    queue.add_worker(std::move(theirs), 0);
  }
  void connect() {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    client.reset(ends[0]);
    ::fcntl(client.get(), F_SETFL, O_NONBLOCK);
    std::make_shared<Session>(house, listener, ends[1], "127.0.0.1")->start();
    go();
  }
  void go() {
    loop.restart();
    loop.poll();
  }
  void say(std::string_view text) {
    ASSERT_EQ(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    go();
  }
  std::string heard() {
    std::string all;
    char chunk[4096];
    for (ssize_t n; (n = ::recv(client.get(), chunk, sizeof chunk, 0)) > 0;) all.append(chunk, static_cast<size_t>(n));
    return all;
  }
  // Nothing more will come: the session has closed its end.
  bool is_closed() {
    char c;
    return ::recv(client.get(), &c, 1, 0) == 0;
  }
  void give_mail() {
    say("EHLO c\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n");
    say("Subject: x\r\n\r\nbody\r\n.\r\n");
  }
  std::optional<base::Packet> at_worker() { return base::receive_packet(worker.get()); }
  void answer() {
    Result r;
    r.outcome.recipients = {{{250, "2.0.0", "Ok, delivered"}, mail::Disposition::delivered, "hop"}};
    EXPECT_TRUE(base::send_packet(worker.get(), encode(r)));
    go();
  }

  Settings settings;
  Listener listener;
  Counters counters;  // the last session goes with the loop
  boost::asio::io_context loop;
  MailQueue queue{loop, 10, [](uint32_t) { return std::vector<uint32_t>(); }, counters};
  Session::House house{loop, settings, queue, counters};
  base::UniqueFd client, worker;
};

TEST_F(Dialogue, AMailGoesToAWorkerAndItsReplyToTheClient) {
  connect();
  give_mail();
  std::optional<base::Packet> packet = at_worker();
  ASSERT_TRUE(packet);
  const Job job = decode_job(std::move(*packet));
  EXPECT_EQ(job.mail.content.bytes(), "Subject: x\r\n\r\nbody\r\n");
  EXPECT_EQ(job.mail.envelope.sender, "a@example.org");
  EXPECT_THAT(heard(), Not(HasSubstr("delivered")));
  answer();
  EXPECT_EQ(heard(), "250 2.0.0 Ok, delivered\r\n");
  EXPECT_EQ(counters.delivered, 1u);
}

TEST_F(Dialogue, CommandsPipelinedAfterTheDotAreAnsweredAfterTheOutcome) {
  connect();
  say("EHLO c\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n");
  say("Subject: x\r\n\r\n.\r\nNOOP\r\n");
  say("QUIT\r\n");
  heard();
  EXPECT_THAT(heard(), IsEmpty());
  answer();
  const std::string replies = heard();
  EXPECT_THAT(replies, testing::StartsWith("250 2.0.0 Ok, delivered\r\n250 "));
  EXPECT_THAT(replies, HasSubstr("221 "));
  EXPECT_TRUE(is_closed());
}

TEST_F(Dialogue, AClientThatGoesAfterTheDotCancelsItsMail) {
  connect();
  give_mail();
  ASSERT_TRUE(at_worker());
  client.reset();
  go();
  const std::optional<base::Packet> told = at_worker();
  ASSERT_TRUE(told);
  EXPECT_TRUE(is_cancellation(*told));
  answer();
  EXPECT_EQ(counters.delivered, 0u);
  EXPECT_EQ(counters.open_sessions, 0u);
}

// Postfix pipelines its QUIT behind the dot: bytes that wait must not hide that it is gone.
TEST_F(Dialogue, AClientThatPipelinesAndGoesCancelsItsMail) {
  connect();
  give_mail();
  ASSERT_TRUE(at_worker());
  say("RSET\r\n");
  say("QUIT\r\n");
  EXPECT_FALSE(at_worker()) << "it is still there";
  client.reset();
  go();
  const std::optional<base::Packet> told = at_worker();
  ASSERT_TRUE(told);
  EXPECT_TRUE(is_cancellation(*told));
  EXPECT_EQ(counters.open_sessions, 0u);
}

TEST_F(Dialogue, WhatIsPipelinedBehindAMailIsBounded) {
  connect();
  give_mail();
  ASSERT_TRUE(at_worker());
  const std::string commands(1000, '\n');
  size_t taken = 0, silent = 0;
  while (silent < 3 && taken < 64 * 1024 * 1024) {  // the socket's own buffers are far below
    const ssize_t n = ::send(client.get(), commands.data(), commands.size(), MSG_NOSIGNAL);
    n > 0 ? taken += static_cast<size_t>(n) : ++silent;
    go();
  }
  EXPECT_LT(taken, size_t{16 * 1024 * 1024});
  EXPECT_FALSE(at_worker()) << "it is not taken for gone";
}

TEST_F(Dialogue, AnIdleClientIsSentAway) {
  settings.idle_timeout = std::chrono::milliseconds(0);
  connect();
  loop.restart();
  while (counters.open_sessions > 0 && loop.run_one_for(std::chrono::seconds(10)) > 0) continue;
  EXPECT_THAT(heard(), HasSubstr("421 4.4.2"));
  EXPECT_TRUE(is_closed());
  EXPECT_EQ(counters.open_sessions, 0u);
}

TEST_F(Dialogue, AClientThatDoesNotReadIsNotWaitedForWithoutEnd) {
  settings.idle_timeout = std::chrono::seconds(2);
  connect();
  std::string commands;
  for (int i = 0; i < 200; ++i) commands += "NOOP\r\n";
  // Until the session can say no more and therefore listens no more.
  while (::send(client.get(), commands.data(), commands.size(), MSG_NOSIGNAL) > 0) go();
  EXPECT_EQ(counters.open_sessions, 1u);
  loop.restart();
  while (counters.open_sessions > 0 && loop.run_one_for(std::chrono::seconds(60)) > 0) continue;
  EXPECT_EQ(counters.open_sessions, 0u);
  EXPECT_THAT(heard(), Not(HasSubstr("421"))) << "it would not have read that either";
}

TEST_F(Dialogue, DrainingEndsAnIdleSessionAtOnceAndABusyOneAfterItsReply) {
  connect();
  give_mail();
  heard();
  house.draining = true;
  answer();
  const std::string replies = heard();
  EXPECT_THAT(replies, testing::StartsWith("250 2.0.0 Ok, delivered\r\n"));
  EXPECT_THAT(replies, HasSubstr("421 4.3.2"));
  EXPECT_TRUE(is_closed());
}

TEST_F(Dialogue, ASpoolThatCannotBeWrittenIsAnsweredComeAgain) {
  settings.spool_directory = "/nonexistent";
  settings.spool_memory_limit = 10;
  connect();
  give_mail();
  EXPECT_THAT(heard(), testing::ContainsRegex("45[0-9] [^\r]*\r\n$"));
  EXPECT_FALSE(at_worker());
}

}  // namespace
}  // namespace postern::receive
