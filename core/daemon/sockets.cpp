// SPDX-License-Identifier: MIT
#include "daemon/sockets.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/failure.h"
#include "postern/support/stream.h"

namespace postern::daemon {
namespace {

constexpr int backlog = 512;

[[noreturn]] void cannot(const std::string& what, const std::string& where, int error) {
  std::string text = what + " " + where + ": " + std::strerror(error);
  if (error == EADDRINUSE) text += "; is another filter running there?";
  if (error == EACCES) text += "; ports below 1024 need root";
  throw base::TemporaryFailure(text);
}

base::UniqueFd bind_tcp(const support::Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int rc = ::getaddrinfo(endpoint.host.c_str(), endpoint.port.c_str(), &hints, &found); rc != 0)
    throw base::TemporaryFailure("listen on " + endpoint.text() + ": " + ::gai_strerror(rc));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> address(found, ::freeaddrinfo);
  base::UniqueFd fd(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) cannot("listen on", endpoint.text(), errno);
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (found->ai_family == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(fd.get(), found->ai_addr, found->ai_addrlen) != 0 || ::listen(fd.get(), backlog) != 0) cannot("listen on", endpoint.text(), errno);
  return fd;
}

sockaddr_un local_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw base::TemporaryFailure("socket path is too long: " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

bool is_alive(const sockaddr_un& address, int type) {
  const base::UniqueFd probe(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe || ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  return errno != ECONNREFUSED && errno != ENOENT;  // a full backlog or a socket of another type belongs to somebody
}

}  // namespace

base::UniqueFd bind_local(const std::string& path, int type, unsigned mode, const Account* owner) {
  const sockaddr_un address = local_address(path);
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode)) throw base::TemporaryFailure("listen on unix:" + path + ": something else is there, and it is not a socket");
    if (is_alive(address, type)) cannot("listen on", "unix:" + path, EADDRINUSE);
    ::unlink(path.c_str());
  }
  base::UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const mode_t before = ::umask(0177);  // nobody connects before the mode is what it shall be
  const bool bound = fd && ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int error = errno;
  ::umask(before);
  if (!bound) cannot("listen on", "unix:" + path, error);
  if (owner && ::geteuid() == 0 && ::chown(path.c_str(), owner->uid, owner->gid) != 0) cannot("chown", path, errno);
  if (::chmod(path.c_str(), mode) != 0 || ::listen(fd.get(), backlog) != 0) cannot("listen on", "unix:" + path, errno);
  return fd;
}

base::UniqueFd bind_listener(const receive::Listener& listener, const Account* owner) {
  const auto endpoint = support::Endpoint::parse(listener.address);
  if (!endpoint) throw base::TemporaryFailure("listen on " + listener.address + ": not an address");
  return endpoint->is_unix() ? bind_local(endpoint->path, SOCK_STREAM, listener.unix_mode, owner) : bind_tcp(*endpoint);
}

}  // namespace postern::daemon
