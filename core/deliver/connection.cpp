// SPDX-License-Identifier: MIT
#include "deliver/connection.h"

#include <utility>

namespace postern::deliver {
namespace {

using Step = smtp::Client::Step;

const mail::Reply no_answer{450, "4.4.1", "The next hop cannot be reached"};
const mail::Reply too_late{450, "4.4.2", "The next hop did not answer in time"};
const mail::Reply cut_off{450, "4.4.2", "The next hop closed the connection"};

support::Stream connect(const NextHop& hop, const support::Deadline& deadline) {
  try {
    return support::Stream::connect(hop.endpoint, deadline);
  } catch (const support::StreamTimeout& e) {
    throw HopFailed(e.what(), too_late, false);
  } catch (const support::StreamError& e) {
    throw HopFailed(e.what(), no_answer, false);
  }
}

smtp::Client::Protocol dialect(NextHop::Protocol protocol) {
  return protocol == NextHop::Protocol::lmtp ? smtp::Client::Protocol::lmtp : smtp::Client::Protocol::smtp;
}

}  // namespace

Connection::Connection(const NextHop& hop, const CourierSettings& settings, const support::Deadline& deadline)
    : command_timeout_(settings.command_timeout),
      keep_idle_(settings.keep_idle),
      stream_(connect(hop, deadline.at_most(settings.connect_timeout))),
      client_(dialect(hop.protocol), settings.helo) {
  converse(deadline);
  if (client_.step() != Step::ready) fail();
  last_used_ = support::Deadline::Clock::now();
}

const std::vector<mail::Reply>& Connection::transact(const smtp::Client::Transaction& transaction,
                                                     OutgoingContent& content, std::string& buffer,
                                                     const std::function<bool()>& is_awaited,
                                                     const support::Deadline& deadline) {
  client_.begin(transaction);
  converse(deadline);
  if (client_.step() == Step::content && send_content(content, buffer, is_awaited, deadline)) {
    client_.content_sent();
    converse(deadline);
  }
  if (client_.step() != Step::done) fail();
  last_used_ = support::Deadline::Clock::now();
  return client_.replies();
}

bool Connection::is_fresh() const {
  return support::Deadline::Clock::now() - last_used_ <= keep_idle_ && !stream_.is_stale();
}

void Connection::quit() noexcept {
  try {
    stream_.write("QUIT\r\n", support::Deadline::in(support::Deadline::Duration(0)));
  } catch (const support::StreamError&) {
    // It was good-bye anyway.
  }
}

// Writes what the machine wants to say and reads what the server answers, until it is the driver's turn again.
void Connection::converse(const support::Deadline& deadline) {
  char received[4096];
  try {
    while (client_.step() == Step::dialogue) {
      if (!client_.output().empty()) {
        stream_.write(client_.output(), step(deadline));
        client_.output_sent();
      }
      const size_t n = stream_.read(received, sizeof received, step(deadline));
      if (n == 0) throw support::StreamError(stream_.peer() + " closed the connection");
      client_.receive({received, n});
    }
  } catch (const support::StreamTimeout& e) {
    trouble_ = e.what();
    client_.lost(too_late);
  } catch (const support::StreamError& e) {
    trouble_ = e.what();
    client_.lost(cut_off);
  }
}

// False: the dot was not sent, and the machine knows what that means.
bool Connection::send_content(OutgoingContent& content, std::string& buffer, const std::function<bool()>& is_awaited,
                              const support::Deadline& deadline) {
  content.rewind();
  try {
    for (;;) {
      const OutgoingContent::Chunk chunk = content.next(buffer);
      if (chunk == OutgoingContent::Chunk::unsafe) throw UnsafeContent("content or an added field has a bare CR or LF");
      if (chunk == OutgoingContent::Chunk::last && is_awaited && !is_awaited()) throw NotAwaited();
      // A write that fails has not sent its last byte, so never the whole dot.
      stream_.write(buffer, step(deadline));
      if (chunk == OutgoingContent::Chunk::last) return true;
    }
  } catch (const support::StreamTimeout& e) {
    trouble_ = e.what();
    hear_last_words();
    client_.lost(too_late);
  } catch (const support::StreamError& e) {
    trouble_ = e.what();
    hear_last_words();
    client_.lost(cut_off);
  }
  return false;
}

// A server that stops taking the content often says why: too big, no space.
void Connection::hear_last_words() {
  try {
    char received[4096];
    const size_t n = stream_.read(received, sizeof received, support::Deadline::in(support::Deadline::Duration(0)));
    client_.receive({received, n});
  } catch (const support::StreamError&) {
    // Nothing was said, or a reset took it away.
  }
}

void Connection::fail() {
  const mail::Reply& why = client_.failure();
  const std::string said = std::to_string(why.code) + " " + why.enhanced + " " + why.text;
  throw HopFailed(trouble_.empty() ? stream_.peer() + " answered: " + said : trouble_, why, true);
}

}  // namespace postern::deliver
