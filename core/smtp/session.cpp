// SPDX-License-Identifier: MIT
#include "smtp/session.h"

#include "smtp/reply.h"

namespace postern::smtp {

void Session::reset() {
  if (content == ContentState::wanted) events.abort_content();
  content = ContentState::none;
  failure.reset();
  in_transaction = false;
  envelope = {};
  client = {};  // Postfix's XFORWARD_README: forgotten with the end of the transaction
}

std::optional<mail::Reply> Session::begin_content(ContentFilter::Framing framing) {
  if (auto refusal = events.begin_content(envelope)) {
    reset();
    return refusal;
  }
  filter = ContentFilter(framing);
  content = ContentState::wanted;
  content_size = 0;
  return std::nullopt;
}

void Session::keep(std::string_view bytes) {
  if (content != ContentState::wanted || bytes.empty()) return;
  content_size += bytes.size();
  if (settings.size_limit != 0 && content_size > settings.size_limit)
    fail_content({552, "5.3.4", "Message is larger than " + std::to_string(settings.size_limit) + " octets"});
  else if (!events.content(bytes))
    fail_content({452, "4.3.1", "No space for the message, please try again later"});
}

void Session::fail_content(mail::Reply reply) {
  content = ContentState::failed;
  failure = std::move(reply);
  events.abort_content();
}

void Session::answer(const mail::Reply& reply) {
  append_reply(output, reply);
}

void Session::conclude(const std::vector<mail::Reply>& replies) {
  // RFC 2033 4.2: after the dot one reply for each recipient that RCPT accepted.
  const size_t wanted = is_lmtp() ? envelope.recipients.size() : 1;
  for (size_t i = 0; i < wanted; ++i) answer(i < replies.size() ? replies[i] : mail::Reply{});
  content = ContentState::none;
  reset();
}

void Session::close(const mail::Reply& reply) {
  answer(reply);
  reset();
  phase = Phase::closing;
}

}  // namespace postern::smtp
