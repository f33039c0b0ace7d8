// SPDX-License-Identifier: MIT
// Stand-ins for kavhttpd: one that does what the test says, and one that answers each request as the manual shows it.
#pragma once
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include <nlohmann/json.hpp>

#include <postern/support/transfer_encodings.h>

#include "support/daemon.h"

namespace postern::scanengine {

// In two halves, so that no scanner finds it in us.
inline const std::string eicar =
    std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-") + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

// An answer as kavhttpd frames it; length: what it claims, -1 the right one.
inline std::string framed(const std::string& json, const std::string& status = "200 OK", long length = -1) {
  const std::string size = std::to_string(length < 0 ? static_cast<long>(json.size()) : length);
  return "HTTP/1.0 " + status + "\r\nConnection: close\r\nContent-Type: text/plain\r\nServer: KAVHTTPD/1.0\r\n" +
         "X-KAV-ProtocolVersion: 3\r\nDate: Wed, 30 Jan 2019 16:08:12 GMT\r\nContent-Length: " + size + "\r\n\r\n" +
         json;
}

class RudeKavhttpd {
 public:
  // One conversation: what to do with a connection.
  class Talk {
   public:
    explicit Talk(int fd) : fd_(fd) {}
    // The whole request; "" when the client has gone before.
    std::string read_request() {
      for (;;) {
        const size_t end = all_.find("\r\n\r\n"), at = all_.find("Content-Length: ");
        const size_t length = at < end ? std::stoul(all_.substr(at + 16, 20)) : 0;
        if (end != std::string::npos && all_.size() >= end + 4 + length) return all_;
        if (!more()) return {};
      }
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

  explicit RudeKavhttpd(Manners manners)
      : manners_(std::move(manners)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, (directory_.path() / "s").c_str());
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 16) != 0)
      throw std::runtime_error("listen");
    door_ = std::jthread([this] { welcome(); });
  }
  ~RudeKavhttpd() {
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

 private:
  void welcome() {
    for (int fd; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      const std::scoped_lock lock(mutex_);
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

  testing::Directory directory_{"kavhttpd"};
  Manners manners_;
  int listener_;
  std::mutex mutex_;
  std::list<int> open_;
  std::list<std::jthread> talks_;
  std::jthread door_;
};

// What kavhttpd says to a request; the object is given to scan(), which says its answer.
class Kavhttpd {
 public:
  using Scan = std::function<nlohmann::json(const std::string& object)>;
  static nlohmann::json finds_eicar(const std::string& object) {
    if (object.find(eicar) == std::string::npos) return {{"object", "memory"}, {"scanResult", "CLEAN"}};
    return {{"object", "memory"}, {"scanResult", "DETECT"}, {"detectionName", "EICAR-Test-File"}};
  }

  explicit Kavhttpd(Scan scan = finds_eicar)
      : scan_(std::move(scan)), server_([this](RudeKavhttpd::Talk& talk) { talk.say(answer(talk.read_request())); }) {}
  std::string endpoint() const { return server_.endpoint(); }
  std::string last_request() {
    const std::scoped_lock lock(mutex_);
    return last_;
  }

 private:
  std::string answer(const std::string& request) {
    if (request.empty()) return {};
    {
      const std::scoped_lock lock(mutex_);
      last_ = request;
    }
    if (request.starts_with("GET /api/v3.0/version ")) return framed("{\"KAVSDKVersion\": \"8.8.2.58\"}");
    if (request.starts_with("GET /api/v3.0/basesdate "))
      return framed("{\"databaseVersion\": \"30.01.2019 18:38 GMT\"}");
    if (!request.starts_with("POST /api/v3.0/scanmemory "))
      return framed("{\"error\": \"Not Found\"}", "404 Not Found");
    const auto body = nlohmann::json::parse(request.substr(request.find("\r\n\r\n") + 4), nullptr, false);
    if (!body.is_object() || !body.contains("object")) return framed("{\"error\": \"Bad Request\"}", "400 Bad Request");
    return framed(scan_(support::decode_base64(body["object"].get<std::string>())).dump());
  }

  Scan scan_;
  std::mutex mutex_;
  std::string last_;
  RudeKavhttpd server_;
};

}  // namespace postern::scanengine
