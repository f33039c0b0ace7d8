// SPDX-License-Identifier: MIT
#include "base/packet.h"

#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

#include "base/content.h"
#include "base/failure.h"
#include "base/sealed_file.h"

namespace postern::base {
namespace {

constexpr size_t max_inline = 60 * 1024;
constexpr size_t max_descriptors = 16;
constexpr char inside = 'i', beside = 'b';  // where the bytes are: in the packet, or in its last descriptor

bool send_raw(int socket, char where, std::string_view bytes, const std::vector<int>& descriptors) {
  assert(descriptors.size() <= max_descriptors);
  iovec parts[2] = {{&where, 1}, {const_cast<char*>(bytes.data()), bytes.size()}};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * max_descriptors)] = {};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  if (!descriptors.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
    std::copy(descriptors.begin(), descriptors.end(), reinterpret_cast<int*>(CMSG_DATA(header)));
  }
  ssize_t n;
  do n = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n >= 0;
}

}  // namespace

std::pair<UniqueFd, UniqueFd> packet_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) throw_errno("socketpair");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

bool send_packet(int socket, std::string_view bytes, std::initializer_list<int> descriptors) {
  std::vector<int> all(descriptors);
  if (bytes.size() <= max_inline) return send_raw(socket, inside, bytes, all);
  SealedFile file;
  file.write(bytes);
  const UniqueFd large = file.seal();
  all.push_back(large.get());
  return send_raw(socket, beside, {}, all);
}

std::optional<Packet> receive_packet(int socket, bool* nothing_yet) {
  if (nothing_yet) *nothing_yet = false;
  char where = 0;
  std::string buffer(max_inline, '\0');
  iovec parts[2] = {{&where, 1}, {buffer.data(), buffer.size()}};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * max_descriptors)] = {};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t n;
  do n = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n < 0 && nothing_yet && (errno == EAGAIN || errno == EWOULDBLOCK)) *nothing_yet = true;
  if (n <= 0) return std::nullopt;
  Packet packet;
  for (cmsghdr* h = CMSG_FIRSTHDR(&message); h; h = CMSG_NXTHDR(&message, h)) {
    if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd;
      std::memcpy(&fd, CMSG_DATA(h) + i * sizeof(int), sizeof fd);
      packet.descriptors.emplace_back(fd);
    }
  }
  // Something did not fit (no descriptor was free): what did arrive must not be taken for the rest.
  if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) return std::nullopt;
  if (where == inside) {
    buffer.resize(static_cast<size_t>(n) - 1);
    packet.bytes = std::move(buffer);
  } else {
    if (packet.descriptors.empty()) return std::nullopt;
    const Content large(std::move(packet.descriptors.back()));
    packet.descriptors.pop_back();
    packet.bytes = large.bytes();
  }
  return packet;
}

}  // namespace postern::base
