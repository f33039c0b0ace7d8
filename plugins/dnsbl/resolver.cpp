// SPDX-License-Identifier: MIT
#include "resolver.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <stdexcept>

#include <postern/support/wait.h>

namespace postern::dnsbl {

using support::Deadline;

// A c-ares channel with the sockets that it wants to be watched.
class Resolver::Channel {
 public:
  Channel(const std::vector<std::string>& servers, std::chrono::milliseconds patience) {
    open(servers, patience, ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES);
    if (!are_on_this_host()) return;
    // A port of its own for each mail's questions is what makes answers hard to forge from afar. Nobody there can send from
    // our own loopback, and a socket that stays saves half of what the question costs.
    ::ares_destroy(channel_);
    open(servers, patience, ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_STAYOPEN);
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() { ::ares_destroy(channel_); }

  std::vector<Answer> ask(const std::vector<std::string>& names, const Deadline& deadline) {
    std::vector<Answer> answers(names.size());
    std::vector<Question> questions(names.size());
    outstanding_ = names.size();
    for (size_t i = 0; i < names.size(); ++i) {
      questions[i] = {&outstanding_, &answers[i]};
      ::ares_query(channel_, names[i].c_str(), ns_c_in, ns_t_a, take, &questions[i]);
    }
    while (outstanding_ > 0 && !deadline.passed()) wait(deadline);
    if (outstanding_ > 0) ::ares_cancel(channel_);  // answers each of them
    return answers;
  }

 private:
  struct Question {
    size_t* outstanding = nullptr;
    Answer* answer = nullptr;
  };

  void open(const std::vector<std::string>& servers, std::chrono::milliseconds patience, int flags) {
    ares_options options{};
    options.flags = flags;
    // Two tries, of which the second waits twice as long.
    options.timeout = static_cast<int>(std::clamp<int64_t>(patience.count() / 3, 100, 10000));
    options.tries = 2;
    options.sock_state_cb = watch;
    options.sock_state_cb_data = this;
    const int rc = ::ares_init_options(&channel_, &options,
                                       ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    if (rc == ARES_ENOMEM) throw std::bad_alloc();
    if (rc != ARES_SUCCESS) throw std::runtime_error(::ares_strerror(rc));
    std::string list;
    for (const std::string& server : servers) (list += list.empty() ? "" : ",") += server;
    if (list.empty()) return;
    if (const int set = ::ares_set_servers_ports_csv(channel_, list.c_str()); set != ARES_SUCCESS) {
      ::ares_destroy(channel_);
      throw std::runtime_error(::ares_strerror(set));
    }
  }

  bool are_on_this_host() const {
    ares_addr_node* servers = nullptr;
    if (::ares_get_servers(channel_, &servers) != ARES_SUCCESS) return false;
    bool all = servers != nullptr;
    for (const ares_addr_node* server = servers; server; server = server->next)
      all = all && (server->family == AF_INET ? (ntohl(server->addr.addr4.s_addr) >> 24) == 127
                                              : std::memcmp(&server->addr.addr6, &in6addr_loopback, sizeof in6addr_loopback) == 0);
    ::ares_free_data(servers);
    return all;
  }

  static void watch(void* self, ares_socket_t fd, int readable, int writable) {
    auto& sockets = static_cast<Channel*>(self)->sockets_;
    const auto events = static_cast<short>((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
    if (events)
      sockets[fd] = events;
    else
      sockets.erase(fd);
  }

  // Bytes that came are ours to judge, whatever c-ares makes of them: "not found" is an answer.
  static void take(void* argument, int status, int, unsigned char* bytes, int length) {
    const auto& question = *static_cast<Question*>(argument);
    --*question.outstanding;
    if (bytes && length > 0)
      *question.answer = read_answer({reinterpret_cast<const char*>(bytes), static_cast<size_t>(length)});
    else
      question.answer->reason = why_none(status);
  }
  static std::string why_none(int status) {
    if (status == ARES_ETIMEOUT || status == ARES_ECANCELLED) return "no answer in time";
    // c-ares asks the next server where one says that it cannot or will not answer, and does not tell us what the last
    // one said.
    if (status == ARES_ECONNREFUSED) return "every server is gone or says SERVFAIL, REFUSED or NOTIMP";
    return ::ares_strerror(status);
  }

  void wait(const Deadline& deadline) {
    std::vector<pollfd> polled;
    for (const auto& [fd, events] : sockets_) polled.push_back({fd, events, 0});
    timeval most{deadline.left_ms() / 1000, deadline.left_ms() % 1000 * 1000}, until{};
    const timeval* until_retry = ::ares_timeout(channel_, &most, &until);
    const auto milliseconds = until_retry->tv_sec * 1000 + (until_retry->tv_usec + 999) / 1000;
    const int ready = support::poll_last(polled.data(), polled.size(), static_cast<int>(std::max<int64_t>(milliseconds, 0)));
    if (ready <= 0) return ::ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // it is time to try again
    for (const pollfd& p : polled) {
      if (p.revents == 0) continue;
      const bool failed = (p.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
      ::ares_process_fd(channel_, failed || (p.revents & POLLIN) ? p.fd : ARES_SOCKET_BAD,
                        p.revents & POLLOUT ? p.fd : ARES_SOCKET_BAD);
    }
  }

  ares_channel channel_ = nullptr;
  std::map<int, short> sockets_;
  size_t outstanding_ = 0;
};

Resolver::Resolver(std::vector<std::string> servers, std::chrono::milliseconds patience)
    : servers_(std::move(servers)), patience_(patience) {}
Resolver::Resolver(Resolver&&) noexcept = default;
Resolver::~Resolver() = default;

std::vector<Answer> Resolver::ask(const std::vector<std::string>& names, const Deadline& deadline) {
  if (names.empty()) return {};
  try {
    if (!channel_) channel_ = std::make_unique<Channel>(servers_, patience_);
  } catch (const std::runtime_error& e) {
    return std::vector<Answer>(names.size(),
                               Answer{Answer::Kind::none, {}, {}, std::string("no resolver: ") + e.what()});
  }
  return channel_->ask(names, deadline);
}

std::string Resolver::version() {
  return std::string("c-ares ") + ::ares_version(nullptr);
}

}  // namespace postern::dnsbl
