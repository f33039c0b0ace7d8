// SPDX-License-Identifier: MIT
// The gate: an event loop that holds all connections cheaply, spools each mail to a sealed file, has it examined, and only then answers.
// No mail is read here beyond its grammar. Ends when it was drained and the last session is over. [reception], one thread.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "receive/mail_queue.h"
#include "receive/settings.h"

namespace postern::receive {

struct ListeningSocket {
  base::UniqueFd fd;
  Listener listener;
};

class Reception {
 public:
  // examine_socket: listening SEQPACKET socket for the tools (see examine.h); may be invalid.
  // link: where workers come in: packets with a slot (u32) and the worker's socket.
  Reception(Settings settings, std::vector<ListeningSocket> sockets, base::UniqueFd examine_socket, base::UniqueFd link,
            MailQueue::Guilty guilty, Counters& counters);
  ~Reception();

  // Serves until drained. A lost link (the generation died) ends it too: all clients are told to come again.
  void run();

  // No new connections; sessions may finish what they have begun. Safe to call from a signal handler's self-pipe only through
  // drain_on(): when this descriptor becomes readable, or is closed, the draining begins.
  void drain_on(base::UniqueFd fd);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace postern::receive
