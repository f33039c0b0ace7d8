// SPDX-License-Identifier: MIT
#include "daemon/doors.h"

#include <sys/socket.h>
#include <unistd.h>

#include "daemon/sockets.h"

namespace postern::daemon {
namespace {

std::string examine_path(const config::Configuration& c) {
  return c.daemon.runtime_directory + "/examine.sock";
}

}  // namespace

void Doors::open(const config::Configuration& c, const Account* owner) {
  std::map<std::string, base::UniqueFd> bound;
  for (const receive::Listener& l : c.receive.listeners)
    if (!mail_.contains(l.address)) bound[l.address] = bind_listener(l, owner);
  if (!control_) control_ = bind_local(c.daemon.control_socket, SOCK_STREAM, 0660, owner);
  if (!examine_) examine_ = bind_local(examine_path(c), SOCK_SEQPACKET, 0660, owner);
  mail_.merge(bound);
}

void Doors::close_unused(const config::Configuration& c) {
  std::erase_if(mail_, [&](const auto& s) {
    for (const receive::Listener& l : c.receive.listeners)
      if (l.address == s.first) return false;
    return true;
  });
}

void Doors::close() {
  mail_.clear();
  control_.reset();
  examine_.reset();
}

void Doors::take_down(const config::Configuration& c) {
  for (const auto& [address, fd] : mail_)
    if (address.starts_with("unix:")) ::unlink(address.c_str() + 5);
  ::unlink(c.daemon.control_socket.c_str());
  ::unlink(examine_path(c).c_str());
}

std::vector<receive::ListeningSocket> Doors::take_listeners(const config::Configuration& c) {
  std::vector<receive::ListeningSocket> sockets;
  for (const receive::Listener& l : c.receive.listeners) sockets.push_back({std::move(mail_.at(l.address)), l});
  return sockets;
}

}  // namespace postern::daemon
