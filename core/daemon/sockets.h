// SPDX-License-Identifier: MIT
// Listening sockets, bound by the master and shared by the receptions that come and go: an address that stays keeps its socket, so that
// no connection is refused in a reload. Errors: base::TemporaryFailure with a text for the administrator.
#pragma once
#include <string>

#include "base/unique_fd.h"
#include "daemon/privilege.h"
#include "receive/settings.h"

namespace postern::daemon {

base::UniqueFd bind_listener(const receive::Listener& listener, const Account* owner);

// A listening Unix socket of a type (SOCK_STREAM, SOCK_SEQPACKET) at path; a leftover of a dead process is replaced, a living one is not.
base::UniqueFd bind_local(const std::string& path, int type, unsigned mode, const Account* owner);

}  // namespace postern::daemon
