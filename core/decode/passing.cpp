// SPDX-License-Identifier: MIT
#include "decode/passing.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/descriptors.h"

namespace postern::decode {
namespace {

bool write_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

bool read_all(int socket, char* to, size_t size) {
  while (size > 0) {
    const ssize_t n = ::read(socket, to, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

}  // namespace

bool send_passed(int socket, std::string_view bytes, std::initializer_list<int> descriptors) {
  const auto length = static_cast<uint32_t>(bytes.size());
  std::string all(reinterpret_cast<const char*>(&length), sizeof length);
  all += bytes;
  iovec part{all.data(), all.size()};
  const ssize_t n = base::send_with(socket, {&part, 1}, {descriptors.begin(), descriptors.size()});
  return n > 0 && write_all(socket, std::string_view(all).substr(static_cast<size_t>(n)));
}

std::optional<Passed> receive_passed(int socket) {
  uint32_t length = 0;
  iovec part{&length, sizeof length};
  base::Received received = base::receive_with(socket, {&part, 1});
  if (received.size <= 0 || received.is_cut) return std::nullopt;
  const auto got = static_cast<size_t>(received.size);
  if (got < sizeof length && !read_all(socket, reinterpret_cast<char*>(&length) + got, sizeof length - got)) return std::nullopt;
  Passed passed{std::string(length, '\0'), std::move(received.descriptors)};
  if (!read_all(socket, passed.bytes.data(), length)) return std::nullopt;
  return passed;
}

}  // namespace postern::decode
