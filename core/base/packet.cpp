// SPDX-License-Identifier: MIT
#include "base/packet.h"

#include <sys/socket.h>

#include <cerrno>

#include "base/content.h"
#include "base/descriptors.h"
#include "base/failure.h"
#include "base/sealed_file.h"

namespace postern::base {
namespace {

constexpr size_t max_inline = 60 * 1024;
constexpr char inside = 'i', beside = 'b';  // where the bytes are: in the packet, or in its last descriptor

bool send_raw(int socket, char where, std::string_view bytes, const std::vector<int>& descriptors) {
  iovec parts[2] = {{&where, 1}, {const_cast<char*>(bytes.data()), bytes.size()}};
  return send_with(socket, parts, descriptors) >= 0;
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
  Received received = receive_with(socket, parts);
  if (received.size < 0 && nothing_yet && (errno == EAGAIN || errno == EWOULDBLOCK)) *nothing_yet = true;
  // Cut: what did arrive must not be taken for the rest.
  if (received.size <= 0 || received.is_cut) return std::nullopt;
  Packet packet{{}, std::move(received.descriptors)};
  if (where == inside) {
    buffer.resize(static_cast<size_t>(received.size) - 1);
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
