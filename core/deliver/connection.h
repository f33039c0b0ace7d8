// SPDX-License-Identifier: MIT
// One connection to a next hop: a socket, a client machine, and the time each step may take. It moves bytes and decides
// nothing. HopFailed: no recipient got anything here, another next hop may be tried. UnsafeContent: this mail must not
// be sent at all. NotAwaited: it need not be sent any more. After each the connection is good for nothing but its destructor, which ends it without a word: no
// dot, no QUIT.
#pragma once
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "deliver/courier.h"
#include "deliver/outgoing_content.h"
#include "mail/reply.h"
#include "postern/support/deadline.h"
#include "postern/support/stream.h"
#include "smtp/client.h"

namespace postern::deliver {

struct HopFailed : std::runtime_error {  // what(): for the log
  HopFailed(const std::string& detail, mail::Reply r, bool was_reached)
      : std::runtime_error(detail), reply(std::move(r)), reached(was_reached) {}
  mail::Reply reply;  // always 4xx
  bool reached;       // somebody took the connection
};

struct UnsafeContent : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct NotAwaited : std::runtime_error {
  NotAwaited() : std::runtime_error("the sender's side is gone") {}
};

class Connection {
 public:
  // Connects and says hello.
  Connection(const NextHop& hop, const CourierSettings& settings, const support::Deadline& deadline);

  const smtp::Capabilities& capabilities() const { return client_.capabilities(); }
  // One reply for each recipient. buffer: room for chunks, kept between mails.
  const std::vector<mail::Reply>& transact(const smtp::Client::Transaction& transaction, OutgoingContent& content,
                                           std::string& buffer, const std::function<bool()>& is_awaited,
                                           const support::Deadline& deadline);

  // True right after a transaction (or hello) that left the dialogue in step.
  bool is_reusable() const { return client_.is_reusable(); }
  // Later: not idle for too long, and the server has neither closed nor said anything since.
  bool is_fresh() const;
  // Says good-bye without waiting for the answer.
  void quit() noexcept;

 private:
  void converse(const support::Deadline& deadline);
  bool send_content(OutgoingContent& content, std::string& buffer, const std::function<bool()>& is_awaited,
                    const support::Deadline& deadline);
  void hear_last_words();
  support::Deadline step(const support::Deadline& deadline) const { return deadline.at_most(command_timeout_); }
  [[noreturn]] void fail();

  std::chrono::milliseconds command_timeout_, keep_idle_;
  support::Stream stream_;
  smtp::Client client_;
  std::string trouble_;  // of the socket, for the log
  support::Deadline::Clock::time_point last_used_;
};

}  // namespace postern::deliver
