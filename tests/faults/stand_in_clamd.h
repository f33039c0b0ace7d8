// SPDX-License-Identifier: MIT
// A clamd that went mad: it answers PING properly and every scan as its manner says. Each connection has a thread.
#pragma once
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "support/daemon.h"

namespace postern::faults {

class StandInClamd {
 public:
  enum class Manner { garbage, cut, error, silence };

  explicit StandInClamd(Manner manner) : manner_(manner) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 16) != 0)
      throw std::runtime_error("cannot listen on " + path());
    ::chmod(path().c_str(), 0666);
    door_ = std::jthread([this] { welcome(); });
  }
  ~StandInClamd() {
    ::shutdown(listener_, SHUT_RDWR);
    door_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    conversations_.clear();
    ::close(listener_);
  }
  StandInClamd(const StandInClamd&) = delete;

  std::string path() const { return directory_.path() / "clamd.sock"; }

 private:
  void welcome() {
    for (int fd; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      const std::lock_guard lock(mutex_);
      open_.push_back(fd);
      conversations_.emplace_back([this, fd] { converse(fd); });
    }
  }

  // Commands end with NUL; after zIDSESSION each has a number. Data that follows INSTREAM is taken for what it is: not
  // looked at.
  void converse(int fd) {
    std::string heard;
    char chunk[65536];
    int number = 0;
    for (ssize_t n;
         (n = ::recv(fd, chunk, sizeof chunk, 0)) > 0;) {  // a descriptor that comes along is dropped by the kernel
      heard.append(chunk, static_cast<size_t>(n));
      for (size_t end; (end = heard.find('\0')) != std::string::npos; heard.erase(0, end + 1)) {
        const std::string command = heard.substr(0, end);
        if (command == "zIDSESSION") continue;
        if (!command.starts_with("z")) continue;
        if (!answer(fd, command, ++number)) break;
      }
    }
    const std::lock_guard lock(mutex_);
    open_.remove(fd);
    ::close(fd);
  }

  bool answer(int fd, const std::string& command, int number) {
    const std::string id = std::to_string(number) + ": ";
    if (command == "zPING") return says(fd, id + "PONG" + '\0');
    if (command == "zVERSION" || command == "zVERSIONCOMMANDS")
      return says(fd, id + "ClamAV 1.0.0/1/Thu Jan  1 00:00:00 2026" + '\0');
    if (!command.starts_with("zFILDES") && !command.starts_with("zINSTREAM")) return true;
    switch (manner_) {
      case Manner::garbage:
        return says(fd, std::string("\xff\xfe it is fine, OK I think\0", 27));
      case Manner::cut:
        says(fd, id + "fd[10]: O");
        ::shutdown(fd, SHUT_RDWR);
        return false;
      case Manner::error:
        return says(fd, id + "fd[10]: Can't allocate memory ERROR" + '\0');
      case Manner::silence:
        return true;
    }
    return true;
  }
  static bool says(int fd, const std::string& bytes) {
    return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
  }

  Manner manner_;
  testing::Directory directory_;
  int listener_ = -1;
  std::mutex mutex_;
  std::list<int> open_;
  std::list<std::jthread> conversations_;
  std::jthread door_;
};

}  // namespace postern::faults
