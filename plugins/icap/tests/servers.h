// SPDX-License-Identifier: MIT
// Two ICAP servers for tests: a stand-in that does what the test says, and Debian's c-icap with the service virus_scan in front of a clamd.
#pragma once
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/clamd.h"
#include "support/daemon.h"

namespace postern::icap {

class RudeServer {
 public:
  // One conversation: what to do with a connection. Reads with read_request(), answers with say().
  class Talk {
   public:
    explicit Talk(int fd) : fd_(fd) {}
    // Up to the end of the body, or of a preview; "" when the client has gone.
    std::string read_request() {
      for (;;) {
        const size_t head = all_.find("\r\n\r\n");
        const bool has_body = head != std::string::npos && all_.substr(0, head).find("-body=") != std::string::npos && all_.substr(0, head).find("null-body") == std::string::npos;
        size_t end = has_body ? all_.find("\r\n0\r\n\r\n") : head;
        size_t length = has_body ? 7 : 4;
        if (has_body && end == std::string::npos) end = all_.find("\r\n0; ieof\r\n\r\n"), length = 13;
        if (end != std::string::npos && head != std::string::npos) {
          std::string request = all_.substr(0, end + length);
          all_.erase(0, end + length);
          return request;
        }
        if (!more()) return {};
      }
    }
    std::string read_rest() {  // of a body whose preview was read
      size_t end;
      while ((end = all_.find("0\r\n\r\n")) == std::string::npos)
        if (!more()) return {};
      std::string rest = all_.substr(0, end + 5);
      all_.erase(0, end + 5);
      return rest;
    }
    void say(const std::string& bytes) { ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
    void wait_for_the_end() {
      while (more()) continue;
    }

   private:
    bool more() {
      char chunk[65536];
      const ssize_t n = ::recv(fd_, chunk, sizeof chunk, 0);
      if (n > 0) all_.append(chunk, static_cast<size_t>(n));
      return n > 0;
    }
    int fd_;
    std::string all_;
  };
  using Manners = std::function<void(Talk&)>;

  explicit RudeServer(Manners manners) : manners_(std::move(manners)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, (directory_.path() / "s").c_str());
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 16) != 0) throw std::runtime_error("listen");
    door_ = std::jthread([this] { welcome(); });
  }
  ~RudeServer() {
    ::shutdown(listener_, SHUT_RDWR);
    door_.join();
    {
      const std::scoped_lock lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    talks_.clear();
    ::close(listener_);
  }
  std::string endpoint() const { return "unix:" + (directory_.path() / "s").string(); }
  unsigned connections() {
    const std::scoped_lock lock(mutex_);
    return connections_;
  }

 private:
  void welcome() {
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

  testing::Directory directory_{"icap"};
  Manners manners_;
  int listener_;
  std::mutex mutex_;
  unsigned connections_ = 0;
  std::list<int> open_;
  std::list<std::jthread> talks_;
  std::jthread door_;
};

class RealServer {
 public:
  static constexpr const char* program = "/usr/bin/c-icap";
  static bool is_installed() { return ::access(program, X_OK) == 0 && ::access("/usr/lib/x86_64-linux-gnu/c_icap/virus_scan.so", R_OK) == 0; }

  RealServer() : port_(testing::free_port()) {
    ::chmod(directory_.path().c_str(), 0777);  // started as root, it becomes nobody
    const std::string d = directory_.path(), as = ::getuid() == 0 ? "User nobody\nGroup nogroup\n" : "";
    const std::string file = directory_.file(
        "c-icap.conf", "PidFile " + d + "/pid\nCommandsSocket " + d + "/control\nPort 127.0.0.1:" + std::to_string(port_) + "\nTmpDir " + d +
                           "\nStartServers 1\nMaxServers 2\nThreadsPerChild 4\nKeepAliveTimeout 30\nModulesDir /usr/lib/x86_64-linux-gnu/c_icap\n"
                           "ServicesDir /usr/lib/x86_64-linux-gnu/c_icap\nTemplateDir /usr/share/c_icap/templates/\nLoadMagicFile /etc/c-icap/c-icap.magic\nServerLog " +
                           d + "/log\nAccessLog " + d + "/access\n" + as +
                           "Module common clamd_mod.so\nService echo srv_echo.so\nService virus_scan virus_scan.so\n"
                           "virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE\nvirus_scan.MaxObjectSize 100M\nvirus_scan.DefaultEngine clamd\n"
                           "clamd_mod.ClamdSocket " + clamd_.socket() + "\n");
    process_ = std::make_unique<testing::Process>(std::vector<std::string>{program, "-f", file, "-N"});
    const auto until = support::Deadline::in(std::chrono::seconds(20));
    while (!until.passed()) {
      try {
        support::Stream::connect(*support::Endpoint::parse(endpoint()), until);
        return;
      } catch (const support::StreamError&) {
        ::usleep(20'000);
      }
    }
    throw std::runtime_error("c-icap does not start: " + process_->output());
  }
  std::string endpoint() const { return "127.0.0.1:" + std::to_string(port_); }
  testing::Clamd& clamd() { return clamd_; }

 private:
  testing::Directory directory_{"c-icap"};
  testing::Clamd clamd_;
  uint16_t port_;
  std::unique_ptr<testing::Process> process_;
};

}  // namespace postern::icap
