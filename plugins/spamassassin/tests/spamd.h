// SPDX-License-Identifier: MIT
// Two spamds for tests: a stand-in that answers byte for byte what the test says, and the real one, started as Postern would start it, in a
// directory of its own.
#pragma once
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <postern/testing.hpp>

#include "scanner.h"

namespace postern::spamassassin {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    char name[] = "/tmp/postern-spamd-XXXXXX";
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

class RudeSpamd {
 public:
  // The whole request in, what is answered out; behind a last "HANG" the connection stays open and nothing more is said.
  using Script = std::function<std::string(const std::string& request)>;
  explicit RudeSpamd(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, (directory_.path() + "/s").c_str());
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 16) != 0) throw std::runtime_error("listen");
    thread_ = std::jthread([this] { serve(); });
  }
  ~RudeSpamd() {
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
        const size_t at = all.find("Content-length: ");
        const size_t length = at < end ? std::stoul(all.substr(at + 16)) : 0;
        if (all.size() >= end + 4 + length) return all;
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

class RealSpamd {
 public:
  RealSpamd() {
    ::chmod(directory_.path().c_str(), 0777);  // started by root, spamd's children are nobody
    testing::Host host;
    host.option("children", "2");
    const auto order = host.engine<Scanner>(directory_.path());
    std::vector<std::string> words;
    for (std::string word : order->argv) {
      for (const auto& [mark, value] : {std::pair<std::string, std::string>("{socket}", socket()), {"{directory}", directory_.path()}})
        for (size_t at; (at = word.find(mark)) != std::string::npos;) word.replace(at, mark.size(), value);
      words.push_back(word);
    }
    pid_ = ::fork();
    if (pid_ == 0) {
      ::setpgid(0, 0);
      std::vector<char*> argv;
      for (std::string& word : words) argv.push_back(word.data());
      argv.push_back(nullptr);
      if (!std::freopen((directory_.path() + "/log").c_str(), "w", stderr)) ::_exit(126);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    for (int i = 0; i < 1200 && !answers(); ++i) ::usleep(50000);
  }
  ~RealSpamd() {
    ::kill(-pid_, SIGTERM);
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  std::string socket() const { return directory_.path() + "/spamd.sock"; }
  std::string endpoint() const { return "unix:" + socket(); }
  const std::string& directory() const { return directory_.path(); }
  bool answers() const {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, socket().c_str());
    const bool good = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return good;
  }

 private:
  TemporaryDirectory directory_;
  pid_t pid_ = 0;
};

}  // namespace postern::spamassassin
