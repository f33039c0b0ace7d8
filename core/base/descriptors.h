// SPDX-License-Identifier: MIT
// Descriptors that travel beside bytes over a local socket (SCM_RIGHTS), for packets and for streams: one sendmsg, one
// recvmsg. What a short or failed call means, the caller knows. A descriptor received is close-on-exec and owned at
// once.
#pragma once
#include <sys/types.h>
#include <sys/uio.h>

#include <span>
#include <vector>

#include "base/unique_fd.h"

namespace postern::base {

constexpr size_t max_descriptors = 16;  // in one message

// As sendmsg, never interrupted, no SIGPIPE.
ssize_t send_with(int socket, std::span<iovec> bytes, std::span<const int> descriptors);

struct Received {
  ssize_t size = -1;    // as recvmsg: 0: the peer is gone; -1: errno says why
  bool is_cut = false;  // bytes or descriptors did not fit, or no number was free for one: what did arrive is not all
  std::vector<UniqueFd> descriptors;
};
// Never interrupted.
Received receive_with(int socket, std::span<iovec> bytes);

}  // namespace postern::base
