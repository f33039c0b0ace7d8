// SPDX-License-Identifier: MIT
#include <postern/support/stream.h>

#include <gtest/gtest.h>

#include <thread>

namespace postern::support {
namespace {

using namespace std::chrono_literals;

class Pair : public testing::Test {
 protected:
  Pair() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    near = Stream(ends[0], "near");
    far = Stream(ends[1], "far");
  }
  std::string read_to_the_end() {
    std::string all;
    char chunk[7001];
    while (const size_t n = far.read(chunk, sizeof chunk, Deadline::in(60s))) all.append(chunk, n);
    return all;
  }
  Stream near{-1, ""}, far{-1, ""};
};

TEST_F(Pair, PiecesComeTogetherAndInOrder) {
  near.write_all({"one ", "", "two ", "three"}, Deadline::in(60s));
  char all[64];
  EXPECT_EQ(std::string(all, far.read(all, sizeof all, Deadline::in(60s))), "one two three");
}

TEST_F(Pair, OnlyForTheLastAnswerItIsInNoHurry) {
  static std::string waits;
  static const postern_wait host = {
      sizeof(postern_wait), 0,
      [](pollfd* p, uint64_t n, int32_t ms) { waits += 'h'; return ::poll(p, n, ms); },
      [](pollfd* p, uint64_t n, int32_t ms) { waits += 'l'; return ::poll(p, n, ms); }};
  host_wait = &host;
  const auto read_answer = [&] {
    far.write("x", Deadline::in(60s));
    char answer = 0;
    near.read(&answer, 1, Deadline::in(60s));
  };
  near.write("question", Deadline::in(60s));
  read_answer();
  near.write("question", Deadline::in(60s));
  near.expect_the_last();
  read_answer();
  near.write("question", Deadline::in(60s));
  read_answer();
  host_wait = nullptr;
  EXPECT_EQ(waits, "hlh");
}

TEST_F(Pair, AHostThatKnowsNoLastWaitIsAskedForAnyOther) {
  static int asked = 0;
  static const postern_wait older = {offsetof(postern_wait, poll_last), 0,
                                     [](pollfd* p, uint64_t n, int32_t ms) { ++asked; return ::poll(p, n, ms); }, nullptr};
  host_wait = &older;
  pollfd p{near.fd(), POLLOUT, 0};
  EXPECT_EQ(poll_last(&p, 1, 1000), 1);
  host_wait = nullptr;
  EXPECT_EQ(asked, 1);
}

TEST_F(Pair, NoPiecesAreNothingToWrite) {
  near.write_all({}, Deadline::in(60s));
  near.write_all({"", ""}, Deadline::in(60s));
  near.write("x", Deadline::in(60s));
  char all[64];
  EXPECT_EQ(far.read(all, sizeof all, Deadline::in(60s)), 1u);
}

TEST_F(Pair, PiecesLargerThanTheSocketComeWhole) {
  const std::string large(3 << 20, 'a'), middle = "middle", rest(2'000'001, 'b');
  std::string read;
  std::thread reader([&] { read = read_to_the_end(); });
  near.write_all({large, middle, rest}, Deadline::in(60s));
  near = Stream(-1, "");
  reader.join();
  EXPECT_EQ(read, large + middle + rest);
}

TEST_F(Pair, APeerWhoIsReadOnlyByOneWhoListensIsHeardMeanwhile) {
  const std::string large(8 << 20, 'a'), answer(8 << 20, 'b');
  std::string read, heard;
  std::thread peer([&] {
    far.write(answer, Deadline::in(60s));
    read = read_to_the_end();
  });
  EXPECT_TRUE(near.write_all({large, "end"}, Deadline::in(60s), [&](std::string_view bytes) { return heard += bytes, true; }));
  near = Stream(-1, "");
  peer.join();
  EXPECT_EQ(read, large + "end");
  EXPECT_EQ(heard, answer);
}

TEST_F(Pair, AListenerMayHaveHeardEnough) {
  const std::string large(8 << 20, 'a');
  far.write("no", Deadline::in(60s));
  std::string heard;
  EXPECT_FALSE(near.write_all({large}, Deadline::in(60s), [&](std::string_view bytes) { return heard += bytes, false; }));
  EXPECT_EQ(heard, "no");
}

TEST_F(Pair, AListenerIsToldOfAPeerWhoTakesNoMore) {
  far = Stream(-1, "");
  EXPECT_FALSE(near.write_all({"a"}, Deadline::in(60s), [](std::string_view) { return true; }));
}

TEST_F(Pair, AReaderThatDoesNotReadIsATimeout) {
  const std::string large(8 << 20, 'a');
  EXPECT_THROW(near.write_all({large, large}, Deadline::in(20ms)), StreamTimeout);
}

TEST_F(Pair, AReaderWhoHasGoneIsAnError) {
  far = Stream(-1, "");
  EXPECT_THROW(near.write_all({"a", "b"}, Deadline::in(60s)), StreamError);
}

// Listens on a free port of loopback.
class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof any;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&any), size), 0);
    EXPECT_EQ(::listen(fd_, 1), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&any), &size), 0);
    port_ = std::to_string(ntohs(any.sin_port));
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { ::close(fd_); }
  const std::string& port() const { return port_; }

 private:
  int fd_;
  std::string port_;
};

TEST(Connect, FindsAHostByItsNameAndByItsAddress) {
  const Listener listener;
  for (const char* host : {"localhost", "127.0.0.1"}) EXPECT_GE(Stream::connect({host, listener.port(), ""}, Deadline::in(60s)).fd(), 0) << host;
}

TEST(Connect, WhoHasNoAddressIsUnavailable) {
  EXPECT_THROW(Stream::connect({"a host", "25", ""}, Deadline::in(60s)), StreamUnavailable);
}

TEST(Connect, DoesNotWaitForANamePastTheDeadline) {
  EXPECT_THROW(Stream::connect({"localhost", "25", ""}, Deadline::in(0ms)), StreamTimeout);
}

}  // namespace
}  // namespace postern::support
