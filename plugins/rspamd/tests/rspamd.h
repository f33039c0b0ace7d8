// SPDX-License-Identifier: MIT
// Two Rspamds for tests: a stand-in that answers byte for byte what the test says, and Debian's, with a handful of rules and both its
// workers on private sockets.
#pragma once
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <postern/support/stream.h>

namespace postern::rspamd {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    char name[] = "/tmp/postern-rspamd-XXXXXX";
    if (!::mkdtemp(name)) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class RudeRspamd {
 public:
  // The whole request in, what is answered out; behind a last "HANG" the connection stays open and nothing more is said.
  using Script = std::function<std::string(const std::string& request)>;
  explicit RudeRspamd(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, (directory_.path() + "/s").c_str());
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 16) != 0) throw std::runtime_error("listen");
    thread_ = std::jthread([this] { serve(); });
  }
  ~RudeRspamd() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    for (const int fd : hanging_) ::close(fd);
    ::close(listener_);
  }
  std::string endpoint() const { return "unix:" + directory_.path() + "/s"; }
  std::vector<std::string> requests() {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (int c; (c = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      const std::string request = read(c);
      {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(request);
      }
      std::string answer = script_(request);
      const bool hangs = answer.ends_with("HANG");
      if (hangs) answer.resize(answer.size() - 4);
      ::send(c, answer.data(), answer.size(), MSG_NOSIGNAL);
      if (hangs) hanging_.push_back(c);
      else ::close(c);
    }
  }
  static std::string read(int c) {
    std::string all;
    char chunk[65536];
    for (;;) {
      const size_t end = all.find("\r\n\r\n");
      if (end != std::string::npos) {
        const size_t at = all.find("Content-Length: ");
        if (all.size() >= end + 4 + (at < end ? std::stoul(all.substr(at + 16)) : 0)) return all;
      }
      const ssize_t n = ::recv(c, chunk, sizeof chunk, 0);
      if (n <= 0) return all;
      all.append(chunk, static_cast<size_t>(n));
    }
  }

  TemporaryDirectory directory_;
  Script script_;
  int listener_ = -1;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<int> hanging_;
  std::jthread thread_;
};

class RealRspamd {
 public:
  static constexpr const char* program = "/usr/bin/rspamd";
  static bool is_installed() { return ::access(program, X_OK) == 0; }

  RealRspamd() {
    ::chmod(directory_.path().c_str(), 0777);  // started by root, it becomes nobody
    const std::string d = directory_.path();
    std::ofstream(d + "/rspamd.conf") << "options { pidfile = \"" << d << "/pid\"; filters = \"regexp\"; tempdir = \"" << d << "\"; hs_cache_dir = \"" << d
                                      << "\"; control_socket = \"" << d << "/control mode=0600\"; dns { nameserver = [\"127.0.0.1:9:1\"]; timeout = 0.1s; } }\n"
                                      << R"(logging { type = "console"; level = "notice"; }
actions { reject = 15; add_header = 6; greylist = 4; }
regexp {
  TESTS_FOX { re = '/quick brown fox/{sa_body}'; score = 2.5; description = "a fox"; }
  TESTS_GOOD { re = 'Subject=/good/'; score = -1.25; }
}
classifier "bayes" {
  tokenizer { name = "osb"; }
  backend = "sqlite3"; min_tokens = 1; min_learns = 1;
)" << "  learn_cache { path = \"" << d << "/learned.sqlite\"; }\n"
                                      << "  statfile { symbol = \"BAYES_HAM\"; path = \"" << d << "/ham.sqlite\"; spam = false; }\n"
                                      << "  statfile { symbol = \"BAYES_SPAM\"; path = \"" << d << "/spam.sqlite\"; spam = true; }\n}\n"
                                      << "worker \"normal\" { bind_socket = \"" << d << "/scan mode=0666\"; count = 1; }\n"
                                      << "worker \"controller\" { bind_socket = \"" << d << "/controller mode=0666\"; count = 1; password = \"q1\"; enable_password = \"q2\"; }\n";
    pid_ = ::fork();
    if (pid_ == 0) {
      ::setpgid(0, 0);
      if (!std::freopen((d + "/log").c_str(), "w", stdout) || !std::freopen((d + "/log").c_str(), "a", stderr)) ::_exit(126);
      if (::getuid() == 0) ::execl(program, program, "-u", "nobody", "-g", "nogroup", "-f", "-c", (d + "/rspamd.conf").c_str(), nullptr);
      else ::execl(program, program, "-f", "-c", (d + "/rspamd.conf").c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 2400 && !(answers("scan") && answers("controller")); ++i) ::usleep(50'000);
  }
  ~RealRspamd() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  std::string endpoint() const { return "unix:" + directory_.path() + "/scan"; }
  std::string controller() const { return "unix:" + directory_.path() + "/controller"; }
  std::string log() const {
    std::ifstream in(directory_.path() + "/log");
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  bool answers(const std::string& socket) const {
    try {
      const auto until = support::Deadline::in(std::chrono::seconds(1));
      auto stream = support::Stream::connect(*support::Endpoint::parse("unix:" + directory_.path() + "/" + socket), until);
      stream.write("GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n", until);
      return stream.read_until('\n', 200, until).find("200") != std::string::npos;
    } catch (const support::StreamError&) {
      return false;
    }
  }

  TemporaryDirectory directory_;
  pid_t pid_ = 0;
};

}  // namespace postern::rspamd
