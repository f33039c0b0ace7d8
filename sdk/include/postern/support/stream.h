// SPDX-License-Identifier: MIT
// A blocking byte stream to a server on a Unix or TCP socket in which every call ends by a Deadline.
// Endpoints: "unix:/path", "host:port", "[host]:port". Errors: StreamError, with what was tried and why it failed; a passed
// deadline is StreamTimeout, a refused or absent server StreamUnavailable. Not for use from two threads at once.
#pragma once
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <postern/support/deadline.h>
#include <postern/support/resolving.h>
#include <postern/support/wait.h>

namespace postern::support {

struct StreamError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct StreamTimeout : StreamError {
  using StreamError::StreamError;
};
struct StreamUnavailable : StreamError {  // nobody listens there, or the name has no address
  using StreamError::StreamError;
};

struct Endpoint {
  std::string host, port;  // TCP
  std::string path;        // Unix; then host and port are empty
  bool is_unix() const { return !path.empty(); }

  // nullopt: not an endpoint.
  static std::optional<Endpoint> parse(std::string_view text) {
    Endpoint e;
    if (text.starts_with("unix:")) {
      e.path = text.substr(5);
      if (e.path.empty() || e.path[0] != '/' || e.path.size() >= sizeof(sockaddr_un{}.sun_path)) return std::nullopt;
      return e;
    }
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    std::string_view host = text.substr(0, colon), port = text.substr(colon + 1);
    if (host.front() == '[') {
      if (host.size() < 3 || host.back() != ']') return std::nullopt;
      host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
      return std::nullopt;
    }
    if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    if (const int number = std::stoi(std::string(port)); number < 1 || number > 65535) return std::nullopt;
    e.host = host;
    e.port = port;
    return e;
  }
  std::string text() const {
    if (is_unix()) return "unix:" + path;
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + port;
  }
};

class Stream {
 public:
  // Connects; several addresses of a name are tried in order within the deadline.
  static Stream connect(const Endpoint& endpoint, const Deadline& deadline) {
    return endpoint.is_unix() ? connect_unix(endpoint, deadline) : connect_tcp(endpoint, deadline);
  }
  // Takes over a connected socket; peer is its name in errors.
  Stream(int fd, std::string peer) : fd_(fd), peer_(std::move(peer)) {}
  Stream(Stream&& other) noexcept : fd_(std::exchange(other.fd_, -1)), peer_(std::move(other.peer_)), buffered_(std::move(other.buffered_)) {}
  Stream& operator=(Stream&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(peer_, other.peer_);
    std::swap(buffered_, other.buffered_);
    return *this;
  }
  ~Stream() {
    if (fd_ >= 0) ::close(fd_);
  }

  int fd() const { return fd_; }
  const std::string& peer() const { return peer_; }

  void write(std::string_view data, const Deadline& deadline) {
    note_question();
    while (!data.empty()) {
      const ssize_t n = ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0) data.remove_prefix(static_cast<size_t>(n));
      else retry(POLLOUT, deadline, "write to");
    }
  }

  // The pieces one behind the other, with one call while the socket takes them: a server is woken once, not for each.
  void write_all(const std::vector<std::string_view>& pieces, const Deadline& deadline) {
    note_question();
    Gathered rest(pieces);
    while (!rest.empty())
      if (!rest.send(fd_)) retry(POLLOUT, deadline, "write to");
  }

  // As write_all(), and listens where the socket takes no more for the moment: a peer that answers while we still send
  // may go on reading only when we have read. hear(bytes) gets what it says and returns false when that is all. True:
  // everything was written. False: hear() had enough, or the peer takes no more; what it said is still to be read then.
  template <class Hear>
  bool write_all(const std::vector<std::string_view>& pieces, const Deadline& deadline, Hear&& hear) {
    note_question();
    Gathered rest(pieces);
    while (!rest.empty()) {
      if (rest.send(fd_)) continue;
      if (errno == EPIPE || errno == ECONNRESET) return false;
      retry(POLLIN | POLLOUT, deadline, "write to");
      char bytes[16384];
      const ssize_t n = ::recv(fd_, bytes, sizeof bytes, MSG_DONTWAIT);
      if (n == 0 || (n > 0 && !hear(std::string_view(bytes, static_cast<size_t>(n))))) return false;
    }
    return true;
  }

  // Sends data together with a copy of descriptor passed (SCM_RIGHTS). Unix sockets only.
  void write_with_fd(std::string_view data, int passed, const Deadline& deadline) {
    note_question();
    for (;;) {
      iovec part{const_cast<char*>(data.data()), data.size()};
      alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
      msghdr message{};
      message.msg_iov = &part;
      message.msg_iovlen = 1;
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int));
      std::memcpy(CMSG_DATA(header), &passed, sizeof passed);
      const ssize_t n = ::sendmsg(fd_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0) return write(data.substr(static_cast<size_t>(n)), deadline);
      retry(POLLOUT, deadline, "write to");
    }
  }

  // Everything has been asked: what is read from now on only makes the call's result, so waiting for it is in no hurry (wait.h). Ends with
  // the next write.
  void expect_the_last() { is_last_ = true; }

  // Waits for at least one byte; 0 means the peer has closed. What read_until() has not handed out comes first.
  size_t read(char* buffer, size_t size, const Deadline& deadline) {
    if (buffered_.empty()) return receive(buffer, size, deadline);
    const size_t n = buffered_.copy(buffer, size);
    buffered_.erase(0, n);
    return n;
  }

  // Up to and without the delimiter, which is consumed. StreamError when the peer closes first or the line grows past limit.
  std::string read_until(char delimiter, size_t limit, const Deadline& deadline) {
    for (;;) {
      if (const size_t at = buffered_.find(delimiter); at != std::string::npos) {
        if (at > limit) throw StreamError("answer of " + peer_ + " is longer than " + std::to_string(limit) + " bytes");
        std::string line = buffered_.substr(0, at);
        buffered_.erase(0, at + 1);
        return line;
      }
      if (buffered_.size() > limit) throw StreamError("answer of " + peer_ + " is longer than " + std::to_string(limit) + " bytes");
      char chunk[4096];
      const size_t n = receive(chunk, sizeof chunk, deadline);
      if (n == 0) throw StreamError(peer_ + " closed the connection " + (buffered_.empty() ? "before answering" : "in the middle of its answer"));
      buffered_.append(chunk, n);
    }
  }
  // True when bytes have arrived that read_until() has not handed out.
  bool has_unread() const { return !buffered_.empty(); }
  // True when the peer has sent something nobody asked for, or has closed: the connection must not be used again.
  bool is_stale() const {
    pollfd p{fd_, POLLIN, 0};
    return !buffered_.empty() || ::poll(&p, 1, 0) != 0;
  }

 private:
  static std::string reason(const char* verb, const std::string& peer, int error) {
    return std::string(verb) + " " + peer + ": " + std::strerror(error);
  }

  // What is still to be written of some pieces.
  class Gathered {
   public:
    explicit Gathered(const std::vector<std::string_view>& pieces) {
      parts_.reserve(pieces.size());
      for (const std::string_view piece : pieces)
        if (!piece.empty()) parts_.push_back({const_cast<char*>(piece.data()), piece.size()});
    }
    bool empty() const { return first_ == parts_.size(); }
    // As much as the socket takes now. False: nothing, errno says why.
    bool send(int fd) {
      msghdr message{};
      message.msg_iov = &parts_[first_];
      message.msg_iovlen = std::min<size_t>(parts_.size() - first_, IOV_MAX);
      const ssize_t n = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0) return false;
      size_t gone = static_cast<size_t>(n);
      while (first_ < parts_.size() && gone >= parts_[first_].iov_len) gone -= parts_[first_++].iov_len;
      if (empty()) return true;
      parts_[first_].iov_base = static_cast<char*>(parts_[first_].iov_base) + gone;
      parts_[first_].iov_len -= gone;
      return true;
    }

   private:
    std::vector<iovec> parts_;
    size_t first_ = 0;
  };

  void note_question() {
    has_asked_ = true;
    is_last_ = false;
  }

  size_t receive(char* buffer, size_t size, const Deadline& deadline) {
    // To a question just asked there is no answer yet, hardly ever.
    if (std::exchange(has_asked_, false)) await(POLLIN, deadline, "read from");
    for (;;) {
      const ssize_t n = ::recv(fd_, buffer, size, MSG_DONTWAIT);
      if (n >= 0) return static_cast<size_t>(n);
      retry(POLLIN, deadline, "read from");
    }
  }

  // After a call that did not get through: waits until it is worth repeating, or throws.
  void retry(short events, const Deadline& deadline, const char* verb) {
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) throw StreamError(reason(verb, peer_, errno));
    await(events, deadline, verb);
  }

  void await(short events, const Deadline& deadline, const char* verb) {
    pollfd p{fd_, events, 0};
    const auto wait = is_last_ ? support::poll_last : support::poll;
    if (deadline.passed() || (wait(&p, 1, deadline.left_ms()) == 0 && deadline.passed()))
      throw StreamTimeout(std::string(verb) + " " + peer_ + ": no progress before the deadline");
  }

  static bool finish_connect(int fd, const sockaddr* address, socklen_t length, const Deadline& deadline, int* error) {
    if (::connect(fd, address, length) == 0) return true;
    *error = errno;
    if (errno != EINPROGRESS && errno != EAGAIN) return false;
    if (errno == EAGAIN) return false;  // a Unix listener whose backlog is full
    pollfd p{fd, POLLOUT, 0};
    if (support::poll(&p, 1, deadline.left_ms()) <= 0) {
      *error = ETIMEDOUT;
      return false;
    }
    socklen_t size = sizeof *error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, error, &size);
    return *error == 0;
  }

  [[noreturn]] static void cannot_connect(const std::string& peer, int error) {
    if (error == ETIMEDOUT) throw StreamTimeout(reason("connect to", peer, error));
    throw StreamUnavailable(reason("connect to", peer, error));
  }

  static Stream connect_unix(const Endpoint& endpoint, const Deadline& deadline) {
    Stream s(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), endpoint.text());
    if (s.fd_ < 0) throw StreamError(reason("socket for", s.peer_, errno));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, endpoint.path.c_str(), endpoint.path.size() + 1);
    int error = 0;
    while (!finish_connect(s.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address, deadline, &error)) {
      if (error != EAGAIN) cannot_connect(s.peer_, error);
      if (deadline.passed()) cannot_connect(s.peer_, ETIMEDOUT);
      pause(std::chrono::milliseconds(2), deadline);
    }
    return s;
  }

  static Stream connect_tcp(const Endpoint& endpoint, const Deadline& deadline) {
    const std::optional<Addresses> addresses = resolve(endpoint.host, endpoint.port, deadline);
    if (!addresses) throw StreamTimeout("connect to " + endpoint.text() + ": no address for the name before the deadline");
    if (addresses->rc != 0) throw StreamUnavailable("connect to " + endpoint.text() + ": " + ::gai_strerror(addresses->rc));
    int error = EADDRNOTAVAIL;
    for (const addrinfo* a = addresses->list.get(); a; a = a->ai_next) {
      Stream s(::socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), endpoint.text());
      if (s.fd_ < 0) {
        error = errno;
        continue;
      }
      if (!finish_connect(s.fd_, a->ai_addr, a->ai_addrlen, deadline, &error)) continue;
      const int on = 1;
      ::setsockopt(s.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return s;
    }
    cannot_connect(endpoint.text(), error);
  }

  int fd_ = -1;
  std::string peer_;
  std::string buffered_;
  bool has_asked_ = false;  // written since the last read
  bool is_last_ = false;    // and nothing will be written after it
};

}  // namespace postern::support
