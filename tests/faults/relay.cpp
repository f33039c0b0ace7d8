// SPDX-License-Identifier: MIT
#include "faults/relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <stdexcept>

namespace postern::faults {
namespace {

constexpr std::string_view field = "X-Token: ";
using namespace std::literals;
constexpr std::string_view rubbish =
    "\xff\xfe 200 it is all fine, OK I think\r\n1: stream: OKAY\0SPAMD/9.9 0 EX_YES\r\n\r\n"sv;

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

base::UniqueFd connect_to(const std::string& path) {
  base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fd.reset();
  return fd;
}

}  // namespace

Relay::Relay(std::string engine_socket)
    : engine_socket_(std::move(engine_socket)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_.get(), 64) != 0 ||
      ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("the relay cannot listen");
  port_ = ntohs(address.sin_port);
  door_ = std::jthread([this] { welcome(); });
}

Relay::~Relay() {
  over_ = true;
  ::shutdown(listener_.get(), SHUT_RDWR);
  door_.join();
  conversations_.clear();
}

std::string Relay::endpoint() const {
  return "127.0.0.1:" + std::to_string(port_);
}

std::set<std::string> Relay::shown() const {
  const std::lock_guard lock(mutex_);
  return shown_;
}

void Relay::welcome() {
  for (int fd; (fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0;)
    conversations_.emplace_back([this, fd] { converse(fd); });
}

void Relay::converse(int fd) {
  const base::UniqueFd client(fd), engine = connect_to(engine_socket_);
  std::string seen;
  char chunk[65536];
  // Who is not there closes at once, as a socket without a listener would; who answers rubbish needs no engine.
  while (!over_ && (engine.get() >= 0 || rubbish_)) {
    pollfd both[] = {{client.get(), POLLIN, 0}, {engine.get(), POLLIN, 0}};
    if (::poll(both, 2, 100) < 0) return;
    if (both[0].revents != 0) {
      const ssize_t n = ::recv(client.get(), chunk, sizeof chunk, 0);
      if (n <= 0) return;
      if (rubbish_) {
        if (!answer_rubbish(client.get())) return;
        continue;
      }
      seen.append(chunk, static_cast<size_t>(n));
      if (!send_all(engine.get(), {chunk, static_cast<size_t>(n)})) return;
      look_for_tokens(seen);
    }
    if (both[1].revents != 0) {
      const ssize_t n = ::recv(engine.get(), chunk, sizeof chunk, 0);
      if (n <= 0) return;
      if (rubbish_ ? !answer_rubbish(client.get()) : !send_all(client.get(), {chunk, static_cast<size_t>(n)})) return;
    }
  }
}

bool Relay::answer_rubbish(int client) const {
  return send_all(client, rubbish);
}

// Takes whole lines only: a token may come in two pieces.
void Relay::look_for_tokens(std::string& seen) {
  size_t at = 0;
  for (;;) {
    const size_t begin = seen.find(field, at);
    if (begin == std::string::npos) break;
    const size_t end = seen.find('\r', begin);
    if (end == std::string::npos) {
      seen.erase(0, begin);
      return;
    }
    const std::lock_guard lock(mutex_);
    shown_.insert(seen.substr(begin + field.size(), end - begin - field.size()));
    at = end;
  }
  seen.erase(0, std::max(at, seen.size() - std::min(seen.size(), field.size())));
}

}  // namespace postern::faults
