// SPDX-License-Identifier: MIT
#include "deliver/scripted_hop.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "base/failure.h"

namespace postern::deliver {
namespace {

// The bytes of one connection, a line or a content at a time.
class Incoming {
 public:
  explicit Incoming(int fd) : fd_(fd) {}

  bool line(std::string& out) {
    size_t end;
    while ((end = buffer_.find("\r\n")) == std::string::npos)
      if (!more()) return false;
    out = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return true;
  }
  // Up to CRLF.CRLF; false: the client closed before.
  bool content(std::string& out, size_t stop_after) {
    for (size_t searched = 0;;) {
      if (buffer_.starts_with(".\r\n")) return cut(out, 3), true;
      const size_t end = buffer_.find("\r\n.\r\n", searched);
      if (end != std::string::npos) return cut(out, end + 5), true;
      searched = buffer_.size() - std::min<size_t>(buffer_.size(), 4);
      if ((stop_after > 0 && buffer_.size() >= stop_after) || !more()) return cut(out, buffer_.size()), false;
    }
  }
  void drain() {
    while (more()) continue;
  }
  size_t reads = 0;

 private:
  bool more() {
    char bytes[65536];
    const ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
    if (n <= 0) return false;
    ++reads;
    buffer_.append(bytes, static_cast<size_t>(n));
    return true;
  }
  void cut(std::string& out, size_t length) {
    out = buffer_.substr(0, length);
    buffer_.erase(0, length);
  }

  int fd_;
  std::string buffer_;
};

bool say(int fd, std::string_view text) {
  return ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

}  // namespace

ScriptedHop::ScriptedHop(std::vector<Script> scripts)
    : scripts_(std::move(scripts)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), any, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
      ::getsockname(listener_.get(), any, &size) != 0)
    base::throw_errno("listen");
  port_ = std::to_string(ntohs(address.sin_port));
  thread_ = std::jthread([this] { serve(); });
}

ScriptedHop::~ScriptedHop() {
  const std::lock_guard lock(mutex_);
  is_ending_ = true;
  ::shutdown(listener_.get(), SHUT_RDWR);
  if (connected_ >= 0) ::shutdown(connected_, SHUT_RDWR);
}

NextHop ScriptedHop::address() const {
  const std::string protocol = scripts_.front().lmtp ? "lmtp" : "smtp";
  return *NextHop::parse(protocol + ":[127.0.0.1]:" + port_);
}

std::vector<Recorded> ScriptedHop::recorded() const {
  const std::lock_guard lock(mutex_);
  return recorded_;
}

template <class Change>
void ScriptedHop::record(Change change) {
  const std::lock_guard lock(mutex_);
  change(recorded_.back());
}

void ScriptedHop::serve() {
  for (size_t n = 0;; ++n) {
    const base::UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    {
      const std::lock_guard lock(mutex_);
      if (is_ending_ || client.get() < 0) return;
      connected_ = client.get();
      recorded_.emplace_back();
    }
    converse(client.get(), scripts_[std::min(n, scripts_.size() - 1)]);
    const std::lock_guard lock(mutex_);
    connected_ = -1;
  }
}

void ScriptedHop::converse(int fd, const Script& script) {
  Incoming in(fd);
  std::map<std::string, size_t> used;
  size_t accepted = 0;
  const auto answer = [&](const std::string& command, const std::string& otherwise) {
    for (const auto& [beginning, answers] : script.answers)
      if (command.starts_with(beginning)) return answers[std::min(used[beginning]++, answers.size() - 1)];
    return otherwise;
  };
  // False: the connection is over.
  const auto reply = [&](std::string text) {
    if (text == "HANG") return in.drain(), false;
    const bool closes = text.ends_with("CLOSE");
    if (closes) text.resize(text.size() - 5);
    return say(fd, text) && !closes;
  };

  if (!reply(script.greeting)) return;
  std::string command;
  while (in.line(command)) {
    record([&](Recorded& r) {
      r.commands.push_back(command);
      r.reads = in.reads;
    });
    const std::string verb = command.substr(0, 4);
    std::string text = "250 2.0.0 Ok\r\n";
    if (verb == (script.lmtp ? "LHLO" : "EHLO")) {
      text = "250-hop\r\n";
      for (const std::string& extension : script.extensions) text += "250-" + extension + "\r\n";
      text += "250 HELP\r\n";
    } else if (verb == "EHLO" || verb == "LHLO") {
      text = "500 5.5.1 what?\r\n";
    } else if (verb == "DATA") {
      text = accepted > 0 ? "354 go\r\n" : "554 5.5.1 no valid recipients\r\n";
    } else if (verb == "QUIT") {
      return;
    }
    text = answer(command, text);
    if (verb == "MAIL" || verb == "RSET") accepted = 0;
    if (verb == "RCPT" && text[0] == '2') ++accepted;
    if (!reply(text)) return;
    if (verb != "DATA" || !text.starts_with("354")) continue;

    std::string content;
    const bool has_dot = in.content(content, script.close_after_content_bytes);
    record([&](Recorded& r) {
      r.raw.push_back(content);
      r.has_dot.push_back(has_dot);
      r.reads = in.reads;
    });
    if (!has_dot) {
      if (script.close_after_content_bytes > 0) reply(answer(".", ""));
      return;
    }
    for (size_t i = 0; i < (script.lmtp ? accepted : 1); ++i)
      if (!reply(answer(".", "250 2.0.0 Ok: queued as 4XyZ\r\n"))) return;
  }
}

std::string unstuffed(std::string_view raw) {
  std::string content;
  while (!raw.empty()) {
    std::string_view line = raw.substr(0, raw.find("\r\n") + 2);
    raw.remove_prefix(line.size());
    if (line == ".\r\n") break;
    if (line.front() == '.') line.remove_prefix(1);
    content.append(line);
  }
  return content;
}

}  // namespace postern::deliver
