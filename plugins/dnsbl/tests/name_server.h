// SPDX-License-Identifier: MIT
// A DNS server for tests, on UDP and TCP of one loopback port: a script says what each name comes to, also what no
// honest server would say. It never sleeps: what is late is not sent before the test wants it. And a writer of DNS
// messages, for it and for tests of the reader.
#pragma once
#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace postern::dnsbl {

enum Rcode { NOERROR = 0, FORMERR = 1, SERVFAIL = 2, NXDOMAIN = 3, REFUSED = 5 };

// What a name comes to, and the faults to play while saying so.
struct Said {
  Rcode rcode = NXDOMAIN;
  std::vector<std::string> addresses = {};
  uint32_t ttl = 60;
  std::string alias = {};  // a CNAME before the addresses, which are the alias's then
  bool silent = false;
  bool wrong_id = false;        // only
  bool other_question = false;  // only
  bool truncated = false;       // over UDP; over TCP it is whole
  bool cut = false;             // half of the message
  std::string raw = {};         // instead of all that, behind the id
  bool hangs_up = false;        // TCP: closes instead of answering
  bool recursion = true;
};

inline Said listed(std::vector<std::string> addresses, uint32_t ttl = 60) {
  return {.rcode = NOERROR, .addresses = std::move(addresses), .ttl = ttl};
}

class Message {
 public:
  static std::string name(std::string_view text) {
    std::string out;
    while (!text.empty()) {
      const size_t dot = std::min(text.find('.'), text.size());
      out += static_cast<char>(dot);
      out += text.substr(0, dot);
      text.remove_prefix(std::min(dot + 1, text.size()));
    }
    return out + '\0';
  }
  static std::string u16(unsigned n) { return {static_cast<char>(n >> 8), static_cast<char>(n)}; }
  static std::string u32(uint32_t n) { return u16(n >> 16) + u16(n & 0xffff); }
  static std::string record(const std::string& owner, unsigned type, uint32_t ttl, const std::string& data) {
    return owner + u16(type) + u16(1) + u32(ttl) + u16(static_cast<unsigned>(data.size())) + data;
  }
  static std::string octets(const std::string& address) {
    in_addr a{};
    if (::inet_pton(AF_INET, address.c_str(), &a) != 1) throw std::logic_error("no address: " + address);
    return {reinterpret_cast<const char*>(&a), 4};
  }
  // The reply to a question, behind its id.
  static std::string reply(const std::string& asked, const Said& said, bool truncated = false) {
    const std::string question = name(asked) + u16(1) + u16(1);
    std::string answers, authority;
    size_t count = 0;
    std::string owner = "\xc0\x0c";  // the question's name
    if (!said.alias.empty()) {
      answers += record(owner, 5, said.ttl, name(said.alias));
      owner = name(said.alias);
      ++count;
    }
    for (const std::string& address : said.addresses) answers += record(owner, 1, said.ttl, octets(address)), ++count;
    if (count == 0 && (said.rcode == NXDOMAIN || said.rcode == NOERROR))
      authority = record(
          name("zone.example"), 6, said.ttl,
          name("ns.zone.example") + name("admin.zone.example") + u32(1) + u32(2) + u32(3) + u32(4) + u32(said.ttl));
    if (truncated) answers.clear(), authority.clear(), count = 0;
    const unsigned flags =
        0x8100u | (truncated ? 0x0200u : 0) | (said.recursion ? 0x0080u : 0) | static_cast<unsigned>(said.rcode);
    return u16(flags) + u16(1) + u16(static_cast<unsigned>(count)) + u16(authority.empty() ? 0 : 1) + u16(0) +
           question + answers + authority;
  }
};

class NameServer {
 public:
  using Script = std::function<Said(const std::string& name)>;  // names in lower case
  explicit NameServer(Script script) : script_(std::move(script)) {
    for (int attempt = 0; attempt < 50 && tcp_ < 0; ++attempt) open();
    if (tcp_ < 0) throw std::runtime_error("no port for UDP and TCP");
    stop_ = ::eventfd(0, EFD_CLOEXEC);
    thread_ = std::jthread([this] { serve(); });
  }
  ~NameServer() {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t n = ::write(stop_, &one, sizeof one);
    thread_.join();
    for (const int fd : {udp_, tcp_, stop_}) ::close(fd);
    for (const Connection& c : connections_) ::close(c.fd);
  }
  std::string endpoint() const { return "127.0.0.1:" + std::to_string(port_); }
  // Names, in the order in which they came; behind those over TCP stands "/tcp".
  std::vector<std::string> asked() {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }
  size_t times(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    return static_cast<size_t>(std::count(asked_.begin(), asked_.end(), name));
  }
  void forget() {
    const std::scoped_lock lock(mutex_);
    asked_.clear();
  }

 private:
  void open() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    udp_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    tcp_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(udp_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
        ::getsockname(udp_, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
        ::bind(tcp_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && ::listen(tcp_, 16) == 0) {
      port_ = ::ntohs(address.sin_port);
      return;
    }
    ::close(udp_);
    ::close(tcp_);
    tcp_ = -1;
  }

  struct Connection {
    int fd;
    std::string input;
  };

  // Nobody waits for another: a question over UDP is answered while a connection is open.
  void serve() {
    for (;;) {
      std::vector<pollfd> polled = {{udp_, POLLIN, 0}, {tcp_, POLLIN, 0}, {stop_, POLLIN, 0}};
      for (const Connection& c : connections_) polled.push_back({c.fd, POLLIN, 0});
      if (::poll(polled.data(), polled.size(), -1) <= 0) continue;
      if (polled[2].revents) return;
      for (size_t i = connections_.size(); i-- > 0;)
        if (polled[3 + i].revents && !talk(connections_[i])) {
          ::close(connections_[i].fd);
          connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
        }
      if (polled[0].revents) datagram();
      if (polled[1].revents)
        if (const int c = ::accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC); c >= 0) connections_.push_back({c, {}});
    }
  }

  void datagram() {
    char bytes[4096];
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const ssize_t n = ::recvfrom(udp_, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (n < 12) return;
    const std::string answer = answer_to({bytes, static_cast<size_t>(n)}, false);
    if (!answer.empty()) ::sendto(udp_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
  }

  // False: the connection has ended.
  bool talk(Connection& c) {
    char bytes[4096];
    const ssize_t n = ::recv(c.fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    if (n == 0) return false;
    c.input.append(bytes, static_cast<size_t>(n));
    while (c.input.size() >= 2) {
      const size_t length = static_cast<unsigned char>(c.input[0]) * 256u + static_cast<unsigned char>(c.input[1]);
      if (c.input.size() < 2 + length) break;
      const std::string answer = answer_to(c.input.substr(2, length), true);
      c.input.erase(0, 2 + length);
      if (answer.empty()) return false;
      const std::string framed = Message::u16(static_cast<unsigned>(answer.size())) + answer;
      ::send(c.fd, framed.data(), framed.size(), MSG_NOSIGNAL);
    }
    return true;
  }

  std::string answer_to(const std::string& query, bool over_tcp) {
    std::string name;
    for (size_t at = 12; at < query.size() && query[at] != 0;) {
      const auto length = static_cast<unsigned char>(query[at]);
      name += (name.empty() ? "" : ".") + query.substr(at + 1, length);
      at += length + 1u;
    }
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    {
      const std::scoped_lock lock(mutex_);
      asked_.push_back(name + (over_tcp ? "/tcp" : ""));
    }
    const Said said = script_(name);
    if (said.silent || (over_tcp && said.hangs_up)) return {};
    std::string id = query.substr(0, 2);
    if (said.wrong_id) id[0] = static_cast<char>(id[0] ^ 0x55);
    if (!said.raw.empty()) return id + said.raw;
    std::string answer =
        id + Message::reply(said.other_question ? "other.example" : name, said, said.truncated && !over_tcp);
    if (said.cut) answer.resize(answer.size() / 2);
    return answer;
  }

  Script script_;
  int udp_ = -1, tcp_ = -1, stop_ = -1;
  uint16_t port_ = 0;
  std::vector<Connection> connections_;  // of the thread
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::jthread thread_;
};

// A well-behaved list: its test entries, and what it lists.
inline Said of_a_list(const std::string& name, const std::string& zone,
                      const std::vector<std::pair<std::string, std::vector<std::string>>>& entries) {
  if (name == "2.0.0.127." + zone || name == "test." + zone) return listed({"127.0.0.2"});
  for (const auto& [subject, addresses] : entries)
    if (name == subject + "." + zone) return listed(addresses);
  return {};
}

}  // namespace postern::dnsbl
