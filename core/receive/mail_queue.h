// SPDX-License-Identifier: MIT
// Between the sessions and the workers: mails wait for an idle worker, bounded; a worker that dies costs its mail one attempt.
// After the second death the mail is given out a third time, to be answered by policy without being examined; after the third it is
// answered 451. Workers are sockets; who they are, the queue does not know. One thread: the event loop's. [reception]
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/unique_fd.h"
#include "receive/job.h"

namespace boost::asio {
class io_context;
}

namespace postern::receive {

// For status; written by reception, read by everybody.
struct Counters {
  std::atomic<uint64_t> connections{0}, refused_connections{0}, mails{0}, deferred{0}, delivered{0}, discarded{0}, rejected{0},
      quarantined{0}, retried{0};
  std::atomic<uint32_t> open_sessions{0}, waiting{0}, idle_workers{0}, busy_workers{0};
};

class MailQueue {
 public:
  using Done = std::function<void(Result)>;
  // Numbers of the instances that a dead worker's slot lays the death to.
  using Guilty = std::function<std::vector<uint32_t>(uint32_t slot)>;

  MailQueue(boost::asio::io_context& loop, uint32_t waiting_limit, Guilty guilty, Counters& counters);
  ~MailQueue();

  void add_worker(base::UniqueFd socket, uint32_t slot);

  // done is called once, from the loop, never from inside submit(). Returns a ticket for cancel().
  // Too many waiting: the result is 451 at once.
  uint64_t submit(Job job, Done done);
  // Nobody waits for this one any more; done is not called.
  void cancel(uint64_t ticket);
  // No mail will come any more: idle workers are let go, busy ones when they are done.
  void drain();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace postern::receive
