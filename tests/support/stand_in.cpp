// SPDX-License-Identifier: MIT
#include "stand_in.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace postern::testing {

bool StandIn::Talk::more() {
  char chunk[65536];
  const ssize_t n = ::recv(fd_, chunk, sizeof chunk, 0);
  if (n > 0) heard_.append(chunk, static_cast<size_t>(n));
  return n > 0;
}

std::string StandIn::Talk::take(size_t length) {
  std::string taken = heard_.substr(0, length);
  heard_.erase(0, length);
  return taken;
}

std::string StandIn::Talk::read_until(std::string_view mark) {
  for (;;) {
    if (const size_t at = heard_.find(mark); at != std::string::npos) return take(at + mark.size());
    if (!more()) return {};
  }
}

std::string StandIn::Talk::read(size_t length) {
  while (heard_.size() < length)
    if (!more()) return {};
  return take(length);
}

void StandIn::Talk::say(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

void StandIn::Talk::wait_for_the_end() {
  while (more()) continue;
}

StandIn::StandIn(Manners manners) : manners_(std::move(manners)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, (directory_.path() / "s").c_str());
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 16) != 0) throw std::runtime_error("listen");
  ::chmod(directory_.path().c_str(), 0755);  // a filter started as root asks as somebody else
  ::chmod((directory_.path() / "s").c_str(), 0777);
  door_ = std::jthread([this] { welcome(); });
}

StandIn::~StandIn() {
  ::shutdown(listener_, SHUT_RDWR);
  door_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  talks_.clear();
  ::close(listener_);
}

std::string StandIn::endpoint() const { return "unix:" + (directory_.path() / "s").string(); }

unsigned StandIn::connections() {
  const std::scoped_lock lock(mutex_);
  return connections_;
}

void StandIn::welcome() {
  for (int fd; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
    const std::scoped_lock lock(mutex_);
    ++connections_;
    open_.push_back(fd);
    talks_.emplace_back([this, fd] {
      Talk talk(fd);
      manners_(talk);
      const std::scoped_lock mine(mutex_);
      open_.remove(fd);
      ::close(fd);
    });
  }
}

}  // namespace postern::testing
