// SPDX-License-Identifier: MIT
#include "receive/session.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "mail/ids.h"
#include "receive/final_reply.h"

namespace postern::receive {
namespace asio = boost::asio;
namespace {

constexpr std::chrono::seconds reply_grace{5};  // past the mail's deadline we answer ourselves
// Of what a client pipelines behind a mail that is examined: a group of commands (RFC 2920 3.1), and the end of its connection behind
// them. Who has sent more waits, and is seen to go only with the outcome.
constexpr size_t most_kept = 256 * 1024;
constexpr int most_turns = 16;  // full reads in a row, before other sessions have their turn

bool may(const std::vector<policy::Cidr>& ranges, const std::string& address) {
  for (const policy::Cidr& range : ranges)
    if (range.contains(address)) return true;
  return false;
}

smtp::ServerSettings machine_settings(const Settings& settings, const Listener& listener, const std::string& peer) {
  smtp::ServerSettings s;
  s.hostname = settings.hostname;
  s.size_limit = settings.size_limit;
  s.recipient_limit = settings.recipient_limit;
  s.xforward = peer == "unix" || may(listener.xforward_clients, peer);
  return s;
}

void non_blocking(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

}  // namespace

Session::Session(House& house, const Listener& listener, int fd, std::string peer)
    : house_(house),
      counters_(house.counters),
      listener_(listener),
      socket_(house.loop, fd),
      timer_(house.loop),
      peer_(std::move(peer)),
      server_(machine_settings(house.settings, listener, peer_), *this) {
  non_blocking(fd);
  counters_.open_sessions++;
}

Session::~Session() { counters_.open_sessions--; }

void Session::start() {
  transaction_end_ = support::Deadline::in(house_.settings.session_timeout);
  server_.greet();
  flush();
}

void Session::refuse(const mail::Reply& reply) {
  server_.refuse(reply);
  flush();
}

void Session::drain() {
  if (closed_ || ticket_ || server_.in_transaction() || writing_) return;
  server_.close_with({421, "4.3.2", "Service is restarting, please try again at once"});
  flush();
}

// ---- the machine's events

std::optional<mail::Reply> Session::begin_content(const mail::Envelope& envelope) {
  (void)envelope;
  spool_ = std::make_unique<base::SealedFile>(house_.settings.spool_directory, house_.settings.spool_memory_limit);
  return std::nullopt;
}

bool Session::content(std::string_view bytes) {
  try {
    spool_->write(bytes);
    return true;
  } catch (const std::system_error& e) {
    base::log::error(std::string("spool: ") + e.what());
    return false;
  }
}

void Session::abort_content() { spool_.reset(); }

void Session::end_content() {
  try {
    submit();
  } catch (const std::exception& e) {
    base::log::error(std::string("mail could not be taken: ") + e.what());
    server_.finish({});  // missing replies are 451
  }
}

void Session::submit() {
  Job job;
  mail::ReceivedMail& m = job.mail;
  m.content = base::Content::unread(spool_->seal());
  spool_.reset();
  m.mail_id = mail::new_mail_id();
  m.log_id = std::to_string(::getpid()) + "-" + std::to_string(++house_.sequence);
  m.envelope = server_.envelope();
  m.client = server_.client();
  if (m.client.helo.empty()) m.client.helo = server_.helo();
  m.peer = peer_;
  m.listener = listener_.address;
  m.protocol = protocol_ = server_.protocol();
  m.arrived = std::chrono::system_clock::now();
  job.policy_banks = listener_.policy_banks;
  job.deadline = support::Deadline::in(listener_.deadline);
  recipients_ = m.envelope.recipients.size();
  counters_.mails++;
  ticket_ = house_.queue.submit(std::move(job), [self = shared_from_this()](const Result& result) { self->done(result); });
}

void Session::done(const Result& result) {
  ticket_.reset();
  if (closed_) return;
  tally(result);
  server_.finish(final_replies(result.outcome, protocol_, recipients_));
  transaction_end_ = support::Deadline::in(house_.settings.session_timeout);
  flush();
  if (house_.draining) drain();
}

void Session::tally(const Result& result) {
  Counters& c = counters_;
  for (const mail::RecipientOutcome& r : result.outcome.recipients) {
    switch (r.disposition) {
      case mail::Disposition::deferred: c.deferred++; break;
      case mail::Disposition::delivered: c.delivered++; break;
      case mail::Disposition::quarantined: c.quarantined++; break;
      case mail::Disposition::discarded: c.discarded++; break;
      case mail::Disposition::rejected: c.rejected++; break;
    }
  }
}

// ---- the socket

void Session::wait_for_input() {
  if (reading_ || closed_ || server_.kept() >= most_kept) return;
  reading_ = true;
  socket_.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
    self->reading_ = false;
    if (!error && !self->closed_) self->read_some();
  });
}

void Session::read_some() {
  char chunk[65536];
  for (int turn = 1;; ++turn) {
    const ssize_t n = ::recv(socket_.native_handle(), chunk, sizeof chunk, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
      if (turn == 1) return wait_for_input();  // nothing came: no time is given anew
      break;
    }
    if (n <= 0) return lost();
    const bool was_awaiting = ticket_.has_value();
    server_.receive({chunk, static_cast<size_t>(n)});
    if (was_awaiting) return wait_for_input();  // it is kept; behind it the end of the connection may show
    const bool is_more_likely = static_cast<size_t>(n) == sizeof chunk;
    if (!is_more_likely || turn == most_turns || server_.has_output() || ticket_) break;
  }
  flush();
}

void Session::flush() {
  if (closed_ || writing_) return;
  if (server_.has_output()) out_ += server_.take_output();
  while (!out_.empty()) {
    const ssize_t n = ::send(socket_.native_handle(), out_.data(), out_.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      writing_ = true;
      socket_.async_wait(asio::posix::stream_descriptor::wait_write, [self = shared_from_this()](const boost::system::error_code& error) {
        self->writing_ = false;
        if (!error && !self->closed_) self->flush();
      });
      arm_timer();
      return;
    }
    if (n <= 0) return lost();
    out_.erase(0, static_cast<size_t>(n));
  }
  after_exchange();
}

void Session::after_exchange() {
  if (server_.is_closing()) return close();
  arm_timer();
  wait_for_input();  // also while a mail is examined: to see the client go away
}

void Session::arm_timer() {
  const support::Deadline end = ticket_ ? support::Deadline::in(std::chrono::duration_cast<std::chrono::milliseconds>(listener_.deadline + reply_grace))
                                        : transaction_end_.at_most(house_.settings.idle_timeout);
  timer_.expires_at(end.at());
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && !self->closed_) self->timed_out();
  });
}

void Session::timed_out() {
  if (writing_) return lost();  // a client that does not read
  if (ticket_) {
    house_.queue.cancel(*ticket_);
    ticket_.reset();
    base::log::error("no outcome by the deadline, the mail is deferred");
    server_.finish({});
  } else {
    server_.close_with({421, "4.4.2", "Timeout, closing connection"});
  }
  flush();
}

void Session::lost() {
  if (ticket_) {  // the client will come again; what was not delivered yet shall not be
    house_.queue.cancel(*ticket_);
    ticket_.reset();
  }
  server_.connection_lost();
  close();
}

void Session::close() {
  closed_ = true;
  timer_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace postern::receive
