// SPDX-License-Identifier: MIT
// What the verbs of a dialogue act on: who the client is, the transaction under way, and its content. The Server reads
// bytes and moves between the phases; a verb looks at the session, changes it, and answers.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/envelope.h"
#include "mail/received_mail.h"
#include "mail/reply.h"
#include "smtp/content_filter.h"
#include "smtp/server.h"

namespace postern::smtp {

enum class Phase {
  commands,
  data,     // after 354, up to the dot
  chunk,    // within the octets of a BDAT
  outcome,  // content is complete; the driver has it
  closing,  // nothing is read any more
};

struct Chunk {
  uint64_t left = 0;
  bool last = false;
  uint64_t size = 0;
  std::optional<mail::Reply> refusal;  // its octets are thrown away, then this is said
};

struct Session {
  Session(ServerSettings the_settings, ServerEvents& the_events)
      : settings(std::move(the_settings)), events(the_events) {}

  bool is_lmtp() const { return protocol == mail::Protocol::lmtp; }
  bool in_content() const { return content != ContentState::none; }

  // A new HELO, EHLO or LHLO; RSET; the end of a transaction. Content under way is aborted, XFORWARD is forgotten.
  void reset();
  // DATA and the first BDAT. A reply: there will be no content, and the transaction is over.
  std::optional<mail::Reply> begin_content(ContentFilter::Framing framing);
  // Hands content on, as long as it is wanted and within the limit.
  void keep(std::string_view bytes);
  void fail_content(mail::Reply reply);  // aborted; the client still sends it to its end, and then hears this
  void answer(const mail::Reply& reply);
  // One for SMTP, one each for LMTP; 451 where one is missing. The transaction is over.
  void conclude(const std::vector<mail::Reply>& replies);
  void close(const mail::Reply& reply);  // the last word

  const ServerSettings settings;
  ServerEvents& events;

  Phase phase = Phase::commands;
  std::string output;
  size_t errors = 0;

  bool said_hello = false;
  std::string helo;
  mail::Protocol protocol = mail::Protocol::smtp;
  mail::Client client;

  bool in_transaction = false;
  mail::Envelope envelope;

  enum class ContentState { none, wanted, failed, complete };
  ContentState content = ContentState::none;
  std::optional<mail::Reply> failure;  // why it failed: the rest is drained
  uint64_t content_size = 0;
  ContentFilter filter;
  Chunk chunk;
};

}  // namespace postern::smtp
