// SPDX-License-Identifier: MIT
// One message with descriptors over a local SEQPACKET socket. A message too large for the socket's buffer travels in a memfd, so
// size is no concern of the caller and neither side ever sees half a message.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_fd.h"

namespace postern::base {

struct Packet {
  std::string bytes;
  std::vector<UniqueFd> descriptors;
};

// A connected pair. Errors: std::system_error.
std::pair<UniqueFd, UniqueFd> packet_pair();

// false: the peer is gone, or (on a non-blocking socket) its buffer is full.
bool send_packet(int socket, std::string_view bytes, std::initializer_list<int> descriptors = {});

// nullopt: the peer is gone, or a descriptor of its message could not be taken; with nothing_yet set to true: non-blocking, and nothing is there.
std::optional<Packet> receive_packet(int socket, bool* nothing_yet = nullptr);

}  // namespace postern::base
