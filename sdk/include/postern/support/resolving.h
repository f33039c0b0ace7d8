// SPDX-License-Identifier: MIT
// The addresses of a host name. The C library may ask name servers for as long as it likes and cannot be told to stop, so it does that in a
// thread of its own, and who wants to know waits no longer than the deadline. An address in figures is read at once.
#pragma once
#include <netdb.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <postern/support/deadline.h>
#include <postern/support/wait.h>

namespace postern::support {

struct Addresses {
  int rc = 0;                                                                    // EAI_*; 0: list is there
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list{nullptr, ::freeaddrinfo};  // for SOCK_STREAM
};

namespace detail {

inline Addresses look_up(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* found = nullptr;
  Addresses addresses;
  addresses.rc = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (addresses.rc == 0) addresses.list.reset(found);
  return addresses;
}

// What the two threads share; the one that ends last puts it away.
struct LookUp {
  LookUp() : ended(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (ended < 0) throw std::system_error(errno, std::generic_category(), "eventfd");  // or we would hear of the end at the deadline only
  }
  LookUp(const LookUp&) = delete;
  LookUp& operator=(const LookUp&) = delete;
  ~LookUp() { ::close(ended); }

  int ended;  // readable then
  std::atomic<bool> has_ended = false;
  Addresses addresses;
};

}  // namespace detail

// nullopt: the deadline has passed. Errors: std::system_error (no more threads or descriptors).
inline std::optional<Addresses> resolve(const std::string& host, const std::string& port, const Deadline& deadline) {
  if (Addresses in_figures = detail::look_up(host, port, AI_NUMERICHOST); in_figures.rc != EAI_NONAME) return in_figures;
  if (deadline.passed()) return std::nullopt;
  const auto look_up = std::make_shared<detail::LookUp>();
  std::thread([look_up, host, port] {
    look_up->addresses = detail::look_up(host, port, 0);
    look_up->has_ended.store(true, std::memory_order_release);
    ::eventfd_write(look_up->ended, 1);
  }).detach();
  while (!look_up->has_ended.load(std::memory_order_acquire)) {
    if (deadline.passed()) return std::nullopt;
    pollfd p{look_up->ended, POLLIN, 0};
    support::poll(&p, 1, deadline.left_ms());
  }
  return std::move(look_up->addresses);
}

}  // namespace postern::support
