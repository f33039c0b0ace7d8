// SPDX-License-Identifier: MIT
#include "receive/reception.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio.hpp>
#include <list>
#include <optional>
#include <set>

#include "base/log.h"
#include "base/wire.h"
#include "mail/ids.h"
#include "receive/examine.h"
#include "receive/session.h"

namespace postern::receive {
namespace asio = boost::asio;
namespace {

using Descriptor = asio::posix::stream_descriptor;

// Without a free descriptor a connection stays in the backlog and its listening socket stays readable: asking again at once would be a loop.
constexpr std::chrono::milliseconds breath{250};
constexpr rlim_t reserve = 16;  // descriptors kept for what the connections we have still need: spools, workers

void non_blocking(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

rlim_t descriptor_limit() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1024;
}

// "192.0.2.7", "2001:db8::1", "unix".
std::string peer_name(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "unix";
  if (address.ss_family == AF_INET) ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  if (address.ss_family == AF_INET6) ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text, sizeof text);
  const std::string name = text;
  return name.starts_with("::ffff:") ? name.substr(7) : name;
}

}  // namespace

struct Reception::State {
  State(Settings s, MailQueue::Guilty guilty, Counters& c)
      : settings(std::move(s)), counters(c), queue(loop, settings.waiting_limit, std::move(guilty), c), house{loop, settings, queue, c} {}

  struct Gate {
    Gate(asio::io_context& loop, ListeningSocket s) : listener(std::move(s.listener)), socket(loop, s.fd.release()), pause(loop) {}
    Listener listener;
    Descriptor socket;
    asio::steady_timer pause;
  };

  void listen(Gate& gate) {
    gate.socket.async_wait(Descriptor::wait_read, [this, &gate](const boost::system::error_code& error) {
      if (error || house.draining) return;
      accept(gate) ? listen(gate) : listen_later(gate);
    });
  }

  void listen_later(Gate& gate) {
    gate.pause.expires_after(breath);
    gate.pause.async_wait([this, &gate](const boost::system::error_code& error) {
      if (!error && !house.draining) listen(gate);
    });
  }

  // false: the system gives us none for now.
  bool accept(Gate& gate) {
    for (int n = 0; n < 16; ++n) {
      if (!has_descriptors_left()) return starve();
      sockaddr_storage address{};
      socklen_t length = sizeof address;
      const int fd = ::accept4(gate.socket.native_handle(), reinterpret_cast<sockaddr*>(&address), &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd < 0 && is_shortage(errno)) return starve();
      if (fd < 0) {
        if (errno == EAGAIN) is_starving = false;  // nobody waits any more
        return true;
      }
      if (address.ss_family != AF_UNIX) {
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      }
      welcome(gate, fd, peer_name(address));
    }
    return true;
  }

  static bool is_shortage(int error) { return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS; }

  // The lowest free number tells how many are in use.
  bool has_descriptors_left() {
    const base::UniqueFd next(::fcntl(link->native_handle(), F_DUPFD_CLOEXEC, 0));
    return next && static_cast<rlim_t>(next.get()) + reserve < descriptor_limit();
  }

  bool starve() {
    if (!is_starving)
      base::log::error("too few descriptors (or memory) for another connection: clients wait until one ends; see LimitNOFILE and connection-limit");
    is_starving = true;
    return false;
  }

  void welcome(Gate& gate, int fd, const std::string& peer) {
    counters.connections++;
    std::erase_if(sessions, [](const std::weak_ptr<Session>& s) { return s.expired(); });
    const bool full = counters.open_sessions >= settings.connection_limit;
    const auto session = std::make_shared<Session>(house, gate.listener, fd, peer);
    sessions.push_back(session);
    if (!is_allowed(gate.listener, peer)) {
      counters.refused_connections++;
      base::log::warning("connection from " + peer + " to " + gate.listener.address + " refused: not in \"clients\"");
      return session->refuse({554, "5.7.1", "Access denied"});
    }
    if (full) {
      counters.refused_connections++;
      return session->refuse({421, "4.3.2", "Too many connections, please try again later"});
    }
    session->start();
  }

  static bool is_allowed(const Listener& listener, const std::string& peer) {
    if (peer == "unix") return true;  // the socket's mode has decided
    for (const policy::Cidr& range : listener.clients)
      if (range.contains(peer)) return true;
    return false;
  }

  // ---- workers come in
  void await_workers() {
    link->async_wait(Descriptor::wait_read, [this](const boost::system::error_code& error) {
      if (error) return;
      bool nothing_yet = false;
      std::optional<base::Packet> packet = base::receive_packet(link->native_handle(), &nothing_yet);
      if (!packet && !nothing_yet) return generation_lost();
      if (packet && !packet->descriptors.empty())
        queue.add_worker(std::move(packet->descriptors.front()), base::WireReader(packet->bytes).u32());
      await_workers();
    });
  }

  // Nothing can be examined any more, not even while draining: a connection that closes is tried again, one that hangs is not.
  void generation_lost() {
    base::log::error("the workers' generation is gone; clients are told to come again");
    loop.stop();
  }

  // ---- tools
  void await_tools() {
    examine->async_wait(Descriptor::wait_read, [this](const boost::system::error_code& error) {
      if (error || house.draining) return;
      const bool has_room = has_descriptors_left();
      const int fd = has_room ? ::accept4(examine->native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK) : -1;
      if (fd >= 0) serve_tool(std::make_shared<Descriptor>(loop, fd));
      if (has_room && (fd >= 0 || !is_shortage(errno))) return await_tools();
      starve();
      await_tools_later();
    });
  }

  void await_tools_later() {
    tools_pause.expires_after(breath);
    tools_pause.async_wait([this](const boost::system::error_code& error) {
      if (!error && !house.draining) await_tools();
    });
  }

  void serve_tool(const std::shared_ptr<Descriptor>& tool) {
    tool->async_wait(Descriptor::wait_read, [this, tool](const boost::system::error_code& error) {
      if (error) return;
      std::optional<base::Packet> packet = base::receive_packet(tool->native_handle());
      if (!packet) return;
      Job job;
      try {
        job.mail = decode_examination(std::move(*packet));
      } catch (const std::exception& e) {
        base::log::warning(std::string("examine: ") + e.what());
        return;
      }
      job.mail.mail_id = mail::new_mail_id();
      job.mail.log_id = std::to_string(::getpid()) + "-" + std::to_string(++house.sequence);
      job.deadline = support::Deadline::in(std::chrono::milliseconds(settings.listeners.empty() ? 60000 : settings.listeners.front().deadline.count()));
      job.examine_only = true;
      queue.submit(std::move(job), [tool](const Result& result) { base::send_packet(tool->native_handle(), result.explanation); });
    });
  }

  // ---- the end
  void drain() {
    if (house.draining) return;
    house.draining = true;
    for (Gate& gate : gates) {
      gate.socket.cancel();
      gate.pause.cancel();
    }
    tools_pause.cancel();
    if (examine) examine->cancel();
    for (const auto& s : sessions)
      if (const auto session = s.lock()) session->drain();
    await_end();
  }

  void await_end() {
    patience.expires_after(std::chrono::milliseconds(50));
    patience.async_wait([this](const boost::system::error_code&) {
      if (counters_of_ours() == 0) {
        queue.drain();
        loop.stop();
        return;
      }
      if (++ticks % 20 == 0)
        for (const auto& s : sessions)
          if (const auto session = s.lock()) session->drain();
      await_end();
    });
  }
  size_t counters_of_ours() {
    std::erase_if(sessions, [](const std::weak_ptr<Session>& s) { return s.expired(); });
    return sessions.size();
  }

  asio::io_context loop{1};
  Settings settings;
  Counters& counters;
  MailQueue queue;
  Session::House house;
  std::list<Gate> gates;
  std::optional<Descriptor> examine, link, drain_signal;
  std::list<std::weak_ptr<Session>> sessions;
  asio::steady_timer patience{loop}, tools_pause{loop};
  bool is_starving = false;  // one episode is one line in the log
  unsigned ticks = 0;
};

Reception::Reception(Settings settings, std::vector<ListeningSocket> sockets, base::UniqueFd examine_socket, base::UniqueFd link,
                     MailQueue::Guilty guilty, Counters& counters)
    : state_(std::make_unique<State>(std::move(settings), std::move(guilty), counters)) {
  State& s = *state_;
  for (ListeningSocket& socket : sockets) {
    non_blocking(socket.fd.get());
    s.gates.emplace_back(s.loop, std::move(socket));
    s.listen(s.gates.back());
  }
  non_blocking(link.get());
  s.link.emplace(s.loop, link.release());
  s.await_workers();
  if (!examine_socket) return;
  non_blocking(examine_socket.get());
  s.examine.emplace(s.loop, examine_socket.release());
  s.await_tools();
}

Reception::~Reception() = default;

void Reception::run() { state_->loop.run(); }

void Reception::drain_on(base::UniqueFd fd) {
  State& s = *state_;
  s.drain_signal.emplace(s.loop, fd.release());
  s.drain_signal->async_wait(Descriptor::wait_read, [&s](const boost::system::error_code& error) {
    if (!error) s.drain();
  });
}

}  // namespace postern::receive
