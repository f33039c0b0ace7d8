// SPDX-License-Identifier: MIT
#include "base/descriptors.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "base/content.h"

namespace postern::base {
namespace {

struct Pair {
  explicit Pair(int type) {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends), 0);
    here.reset(ends[0]);
    there.reset(ends[1]);
  }
  ssize_t send(std::string bytes, const std::vector<int>& descriptors) const {
    iovec part{bytes.data(), bytes.size()};
    return send_with(here.get(), {&part, 1}, descriptors);
  }
  Received receive(size_t room = 100) {
    buffer.assign(room, '\0');
    iovec part{buffer.data(), room};
    return receive_with(there.get(), {&part, 1});
  }
  UniqueFd here, there;
  std::string buffer;
};

class Descriptors : public testing::TestWithParam<int> {};

TEST_P(Descriptors, ArriveBesideTheirBytesInOrderAndDoNotOutliveAnExec) {
  Pair pair(GetParam());
  std::vector<Content> contents;
  std::vector<int> numbers;
  for (size_t i = 0; i < max_descriptors; ++i) {
    contents.push_back(Content::of("content " + std::to_string(i)));
    numbers.push_back(contents.back().fd());
  }
  ASSERT_EQ(pair.send("hello", numbers), 5);
  Received received = pair.receive();
  EXPECT_EQ(received.size, 5);
  EXPECT_FALSE(received.is_cut);
  EXPECT_EQ(pair.buffer.substr(0, 5), "hello");
  ASSERT_EQ(received.descriptors.size(), max_descriptors);
  for (size_t i = 0; i < max_descriptors; ++i) {
    EXPECT_TRUE(::fcntl(received.descriptors[i].get(), F_GETFD) & FD_CLOEXEC);
    EXPECT_EQ(Content(std::move(received.descriptors[i])).bytes(), "content " + std::to_string(i));
  }
}

TEST_P(Descriptors, MayBeNone) {
  Pair pair(GetParam());
  ASSERT_EQ(pair.send("hello", {}), 5);
  const Received received = pair.receive();
  EXPECT_EQ(received.size, 5);
  EXPECT_TRUE(received.descriptors.empty());
}

TEST_P(Descriptors, TellThatThePeerIsGone) {
  Pair pair(GetParam());
  pair.here.reset();
  EXPECT_EQ(pair.receive().size, 0);
  Pair other(GetParam());
  other.there.reset();
  EXPECT_EQ(other.send("anybody?", {}), -1);
}

TEST_P(Descriptors, ThatFindNoFreeNumberAreToldOf) {
  Pair pair(GetParam());
  const Content one = Content::of("one"), two = Content::of("two");
  ASSERT_EQ(pair.send("hello", {one.fd(), two.fd()}), 5);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  UniqueFd lowest(::fcntl(one.fd(), F_DUPFD_CLOEXEC, 0));
  const rlimit room_for_one{static_cast<rlim_t>(lowest.get()) + 1, before.rlim_max};
  lowest.reset();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &room_for_one), 0);
  const Received received = pair.receive();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(received.is_cut);
  EXPECT_LT(received.descriptors.size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(OverBothKinds, Descriptors, testing::Values(SOCK_SEQPACKET, SOCK_STREAM),
                         [](const auto& kind) { return kind.param == SOCK_STREAM ? "Stream" : "Packets"; });

}  // namespace
}  // namespace postern::base
