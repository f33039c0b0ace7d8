// SPDX-License-Identifier: MIT
#include "receive/mail_queue.h"

#include <fcntl.h>

#include <algorithm>
#include <boost/asio.hpp>
#include <deque>
#include <list>
#include <map>

#include "base/log.h"
#include "base/wire.h"

namespace postern::receive {
namespace asio = boost::asio;
namespace {

constexpr std::chrono::seconds least_time{5};  // with less left, a mail is not begun any more
constexpr uint32_t last_attempt = 3;

struct Ticket {
  uint64_t number = 0;
  Job job;
  MailQueue::Done done;
};

Result come_again(const Job& job) {
  Result r;
  r.outcome.recipients.resize(job.mail.envelope.recipients.size());
  return r;
}

}  // namespace

struct MailQueue::State : std::enable_shared_from_this<MailQueue::State> {
  struct Worker {
    Worker(asio::io_context& loop, int fd, uint32_t s) : socket(loop, fd), slot(s) {}
    asio::posix::stream_descriptor socket;
    uint32_t slot;
    std::unique_ptr<Ticket> ticket;  // busy with; null: idle
    uint64_t number = 0;             // of the ticket, also when it was cancelled
    bool busy = false;
  };
  // Shared, so that an event already on its way to a worker that was let go finds nobody.
  using Held = std::shared_ptr<Worker>;

  State(asio::io_context& l, uint32_t limit, Guilty g, Counters& c)
      : loop(l), waiting_limit(limit), guilty(std::move(g)), counters(c) {}

  void listen(const Held& worker) {
    worker->socket.async_wait(
        asio::posix::stream_descriptor::wait_read,
        [self = shared_from_this(), here = std::weak_ptr<Worker>(worker)](const boost::system::error_code& error) {
          if (error == asio::error::operation_aborted) return;
          if (const Held alive = here.lock()) self->heard(alive);
        });
  }

  void heard(const Held& worker) {
    bool nothing_yet = false;
    std::optional<base::Packet> packet = base::receive_packet(worker->socket.native_handle(), &nothing_yet);
    if (nothing_yet) return listen(worker);
    if (!packet || !worker->busy) return died(worker);
    if (is_readiness(*packet)) {
      worker->busy = false;
      listen(worker);
      return go_on();
    }
    Result result;
    try {
      result = decode_result(*packet);
    } catch (const base::WireError& e) {
      base::log::error(std::string("a worker answers nonsense: ") + e.what());
      return died(worker);
    }
    worker->busy = result.not_ready;
    const std::unique_ptr<Ticket> ticket = std::move(worker->ticket);
    listen(worker);
    if (ticket) ticket->done(std::move(result));
    go_on();
  }

  void died(const Held& worker) {
    const std::vector<uint32_t> blamed = guilty(worker->slot);
    std::unique_ptr<Ticket> ticket = std::move(worker->ticket);
    workers.remove(worker);
    if (ticket) again(std::move(ticket), blamed);
    go_on();
  }

  // The mail of a dead worker goes to the head of the line.
  void again(std::unique_ptr<Ticket> ticket, const std::vector<uint32_t>& blamed) {
    Job& job = ticket->job;
    base::log::warning(job.mail.log_id + ": worker died, attempt " + std::to_string(job.attempt) + " of mail_id " +
                       job.mail.mail_id);
    if (job.attempt >= last_attempt) return post(std::move(ticket));
    ++job.attempt;
    job.crashed.insert(job.crashed.end(), blamed.begin(), blamed.end());
    counters.retried++;
    waiting.push_front(std::move(ticket));
  }

  void go_on() {
    while (!waiting.empty()) {
      const auto idle = std::find_if(workers.begin(), workers.end(), [](const Held& w) { return !w->busy; });
      if (waiting.front()->job.deadline.left() < least_time) {
        post(pop());
        continue;
      }
      if (idle == workers.end()) break;
      give(*idle, pop());
    }
    if (draining && waiting.empty()) dismiss_idle();
    count();
  }

  std::unique_ptr<Ticket> pop() {
    std::unique_ptr<Ticket> ticket = std::move(waiting.front());
    waiting.pop_front();
    return ticket;
  }

  void give(const Held worker, std::unique_ptr<Ticket> ticket) {  // by value: the list's own may go
    bool taken = false;
    try {
      taken = base::send_packet(worker->socket.native_handle(), encode(ticket->job), {ticket->job.mail.content.fd()});
    } catch (const std::system_error& e) {  // no memory for a large envelope: this mail comes again, the others go on
      base::log::error(ticket->job.mail.log_id + ": cannot be given to a worker: " + e.what());
      return post(std::move(ticket));
    }
    if (!taken) {
      waiting.push_front(std::move(ticket));  // it died idle: no mail is to blame
      workers.remove(worker);
      return;
    }
    worker->busy = true;
    worker->number = ticket->number;
    worker->ticket = std::move(ticket);
    // The one that worked last comes first again: its memory and its connections are warm.
    workers.remove(worker);
    workers.push_front(worker);
  }

  // Answers "come again later" from the loop.
  void post(std::unique_ptr<Ticket> ticket) {
    asio::post(loop, [shared = std::shared_ptr<Ticket>(std::move(ticket))] { shared->done(come_again(shared->job)); });
  }

  void dismiss_idle() {
    std::erase_if(workers, [](const Held& w) { return !w->busy; });
  }

  void count() {
    uint32_t busy = 0;
    for (const Held& w : workers) busy += w->busy ? 1 : 0;
    counters.busy_workers = busy;
    counters.idle_workers = static_cast<uint32_t>(workers.size()) - busy;
    counters.waiting = static_cast<uint32_t>(waiting.size());
  }

  asio::io_context& loop;
  uint32_t waiting_limit;
  Guilty guilty;
  Counters& counters;
  std::list<Held> workers;
  std::deque<std::unique_ptr<Ticket>> waiting;
  uint64_t last_number = 0;
  bool draining = false;
};

MailQueue::MailQueue(asio::io_context& loop, uint32_t waiting_limit, Guilty guilty, Counters& counters)
    : state_(std::make_shared<State>(loop, waiting_limit, std::move(guilty), counters)) {}

MailQueue::~MailQueue() {
  state_->workers.clear();
}

void MailQueue::add_worker(base::UniqueFd socket, uint32_t slot) {
  const int flags = ::fcntl(socket.get(), F_GETFL);
  ::fcntl(socket.get(), F_SETFL, flags | O_NONBLOCK);
  state_->workers.push_back(std::make_shared<State::Worker>(state_->loop, socket.release(), slot));
  state_->listen(state_->workers.back());
  state_->go_on();
}

uint64_t MailQueue::submit(Job job, Done done) {
  auto ticket = std::make_unique<Ticket>();
  const uint64_t number = ticket->number = ++state_->last_number;
  ticket->job = std::move(job);
  ticket->done = std::move(done);
  if (state_->waiting.size() >= state_->waiting_limit) {
    base::log::warning(ticket->job.mail.log_id + ": " + std::to_string(state_->waiting_limit) +
                       " mails wait for a worker, this one is deferred");
    state_->post(std::move(ticket));
    return number;
  }
  state_->waiting.push_back(std::move(ticket));
  state_->go_on();
  return number;
}

void MailQueue::cancel(uint64_t number) {
  State& s = *state_;
  std::erase_if(s.waiting, [&](const auto& t) { return t->number == number; });
  for (const State::Held& w : s.workers) {
    if (!w->busy || w->number != number) continue;
    w->ticket.reset();
    base::send_packet(w->socket.native_handle(), cancellation());
  }
  s.count();
}

void MailQueue::drain() {
  state_->draining = true;
  state_->go_on();
}

}  // namespace postern::receive
