// SPDX-License-Identifier: MIT
// A clamd stand-in for tests: reads a session properly, and answers each command with what the test's script says, byte
// for byte.
#pragma once
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace postern::clamav {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    char name[] = "/tmp/postern-clamav-XXXXXX";
    if (!::mkdtemp(name)) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class RudeClamd {
 public:
  struct Request {
    int connection = 0;   // from 1
    int id = 0;           // in its session, from 1
    std::string command;  // "FILDES", "INSTREAM", "PING"
    std::string data;     // of the descriptor or the stream
  };
  struct Answer {
    std::string bytes;
    bool hang_up = false;
    bool in_pieces = false;  // one byte a write
  };
  using Script = std::function<Answer(const Request&)>;

  explicit RudeClamd(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path().c_str());
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 16) != 0)
      throw std::runtime_error("listen");
    thread_ = std::jthread([this] { serve(); });
  }
  ~RudeClamd() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    const int c = connection_.load();
    if (c >= 0) ::shutdown(c, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string path() const { return directory_.path() + "/clamd.sock"; }
  std::string endpoint() const { return "unix:" + path(); }
  int connections() const { return connections_; }

 private:
  void serve() {
    for (;;) {
      const int c = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (c < 0) return;
      connection_ = c;
      ++connections_;
      if (!stopping_) session(c);
      connection_ = -1;
      ::close(c);
      if (stopping_) return;
    }
  }

  void session(int c) {
    input_.clear();
    std::string word;
    if (!command(c, &word) || word != "zIDSESSION") return;
    for (int id = 1; command(c, &word) && word != "zEND"; ++id) {
      Request request{connections_, id, word.substr(1), {}};
      if (word == "zFILDES") {
        take(c, 1);
        request.data = read_descriptor();
      } else if (word == "zINSTREAM") {
        for (;;) {
          const std::string length = take(c, 4);
          if (length.size() < 4) return;
          uint32_t n = 0;
          for (const char b : length) n = n << 8 | static_cast<unsigned char>(b);
          if (n == 0) break;
          request.data += take(c, n);
        }
      }
      const Answer answer = script_(request);
      const size_t step = answer.in_pieces ? 1 : answer.bytes.size();
      for (size_t at = 0; at < answer.bytes.size(); at += step)
        if (::send(c, answer.bytes.data() + at, step, MSG_NOSIGNAL) < 0) return;
      if (answer.hang_up) return;
    }
  }

  bool command(int c, std::string* word) {
    size_t end;
    while ((end = input_.find('\0')) == std::string::npos)
      if (!more(c)) return false;
    *word = input_.substr(0, end);
    input_.erase(0, end + 1);
    return true;
  }
  std::string take(int c, size_t n) {
    while (input_.size() < n)
      if (!more(c)) break;
    std::string out = input_.substr(0, n);
    input_.erase(0, out.size());
    return out;
  }
  bool more(int c) {
    char chunk[65536];
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    iovec part{chunk, sizeof chunk};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t n = ::recvmsg(c, &message, MSG_CMSG_CLOEXEC);
    if (n <= 0) return false;
    if (const cmsghdr* h = CMSG_FIRSTHDR(&message)) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(h), sizeof fd);
      descriptors_.push_back(fd);
    }
    input_.append(chunk, static_cast<size_t>(n));
    return true;
  }
  std::string read_descriptor() {
    if (descriptors_.empty()) return "no descriptor came";
    const int fd = descriptors_.front();
    descriptors_.erase(descriptors_.begin());
    std::string all;
    char chunk[65536];
    for (ssize_t n; (n = ::pread(fd, chunk, sizeof chunk, static_cast<off_t>(all.size()))) > 0;)
      all.append(chunk, static_cast<size_t>(n));
    ::close(fd);
    return all;
  }

  TemporaryDirectory directory_;
  Script script_;
  int listener_ = -1;
  std::atomic<int> connection_{-1}, connections_{0};
  std::atomic<bool> stopping_{false};
  std::string input_;
  std::vector<int> descriptors_;
  std::jthread thread_;
};

}  // namespace postern::clamav
