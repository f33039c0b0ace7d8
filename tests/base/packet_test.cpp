// SPDX-License-Identifier: MIT
#include "base/packet.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/content.h"

namespace postern::base {
namespace {

TEST(Packet, BringsBytesAndDescriptors) {
  const auto [a, b] = packet_pair();
  const Content one = Content::of("one"), two = Content::of("two");
  ASSERT_TRUE(send_packet(a.get(), "hello", {one.fd(), two.fd()}));
  std::optional<Packet> packet = receive_packet(b.get());
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->bytes, "hello");
  ASSERT_EQ(packet->descriptors.size(), 2u);
  EXPECT_EQ(Content(std::move(packet->descriptors[1])).bytes(), "two");
}

TEST(Packet, KeepsMessagesApartAndAnEmptyOneIsOne) {
  const auto [a, b] = packet_pair();
  ASSERT_TRUE(send_packet(a.get(), "first"));
  ASSERT_TRUE(send_packet(a.get(), ""));
  ASSERT_TRUE(send_packet(a.get(), "third"));
  EXPECT_EQ(receive_packet(b.get())->bytes, "first");
  EXPECT_EQ(receive_packet(b.get())->bytes, "");
  EXPECT_EQ(receive_packet(b.get())->bytes, "third");
}

TEST(Packet, LetsALargeMessageTravelBesideWithItsDescriptors) {
  const auto [a, b] = packet_pair();
  const Content mail = Content::of("mail");
  for (const size_t size : {60u * 1024, 60u * 1024 + 1, 5u * 1024 * 1024}) {
    const std::string large(size, 'x');
    ASSERT_TRUE(send_packet(a.get(), large, {mail.fd()}));
    std::optional<Packet> packet = receive_packet(b.get());
    ASSERT_TRUE(packet);
    EXPECT_TRUE(packet->bytes == large) << size;
    ASSERT_EQ(packet->descriptors.size(), 1u);
    EXPECT_EQ(Content(std::move(packet->descriptors[0])).bytes(), "mail");
  }
}

TEST(Packet, TellsThatThePeerIsGone) {
  auto [a, b] = packet_pair();
  b.reset();
  EXPECT_FALSE(send_packet(a.get(), "anybody?"));
  bool nothing_yet = true;
  EXPECT_FALSE(receive_packet(a.get(), &nothing_yet));
  EXPECT_FALSE(nothing_yet);
}

TEST(Packet, TellsNothingYetFromGone) {
  const auto [a, b] = packet_pair();
  ::fcntl(b.get(), F_SETFL, O_NONBLOCK);
  bool nothing_yet = false;
  EXPECT_FALSE(receive_packet(b.get(), &nothing_yet));
  EXPECT_TRUE(nothing_yet);
}

TEST(Packet, DoesNotBlockOnAFullBuffer) {
  const auto [a, b] = packet_pair();
  ::fcntl(a.get(), F_SETFL, O_NONBLOCK);
  const std::string block(32 * 1024, 'x');
  int sent = 0;
  while (send_packet(a.get(), block)) ASSERT_LT(++sent, 10000);
  EXPECT_GT(sent, 0);
  EXPECT_EQ(receive_packet(b.get())->bytes, block);
}

TEST(Packet, WhoseDescriptorsCouldNotBeTakenIsNotBelieved) {
  const auto [a, b] = packet_pair();
  const Content mail = Content::of("mail");
  ASSERT_TRUE(send_packet(a.get(), std::string(100 * 1024, 'x'), {mail.fd()}));  // two descriptors travel
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const UniqueFd lowest(::dup(a.get()));  // the next one is free, the one after it is not allowed
  const rlimit one_more{static_cast<rlim_t>(lowest.get()) + 2, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &one_more), 0);
  const std::optional<Packet> packet = receive_packet(b.get());
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_FALSE(packet);
}

}  // namespace
}  // namespace postern::base
