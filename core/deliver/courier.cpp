// SPDX-License-Identifier: MIT
#include "deliver/courier.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/log.h"
#include "deliver/capability_gap.h"
#include "deliver/connection.h"
#include "deliver/outgoing_content.h"
#include "smtp/client_parameters.h"

namespace postern::deliver {
namespace {

const mail::Reply own_failure{451, "4.3.0", "Temporary failure, please try again later"};
const mail::Reply out_of_time{450, "4.4.2", "No time was left to reach the next hop"};

std::vector<Receipt> same_for_all(const Letter& letter, const mail::Reply& reply, const std::string& next_hop) {
  return std::vector<Receipt>(letter.recipients.size(), Receipt{reply, next_hop});
}

bool is_sendable(const Letter& letter) {
  return std::all_of(letter.recipients.begin(), letter.recipients.end(),
                     [&](uint32_t i) { return smtp::is_sendable(*letter.envelope, letter.envelope->recipients[i]); });
}

}  // namespace

struct Courier::State {
  explicit State(CourierSettings s) : settings(std::move(s)), kept(settings.next_hops.size()) {}
  ~State() {
    for (auto& connection : kept)
      if (connection) connection->quit();
  }

  std::vector<Receipt> deliver_to(size_t hop, const Letter& letter, OutgoingContent& content,
                                  const support::Deadline& deadline);
  std::vector<Receipt> deliver_over(std::unique_ptr<Connection> connection, size_t hop, const Letter& letter,
                                    OutgoingContent& content, const support::Deadline& deadline);
  std::unique_ptr<Connection> take_kept(size_t hop);

  CourierSettings settings;
  std::vector<std::unique_ptr<Connection>> kept;  // one for each next hop; null: none
  std::string buffer;                             // of content on its way
};

Courier::Courier(CourierSettings settings) : state_(std::make_unique<State>(std::move(settings))) {}
Courier::Courier(Courier&&) noexcept = default;
Courier::~Courier() = default;

std::vector<Receipt> Courier::deliver(const Letter& letter, const support::Deadline& deadline) {
  assert(letter.envelope && letter.edits);
  if (!is_sendable(letter)) {
    base::log::error(
        "an address or parameter of the envelope has characters that cannot be sent; the mail stays queued");
    return same_for_all(letter, own_failure, "");
  }
  OutgoingContent content(letter.content, *letter.edits);
  mail::Reply failure = out_of_time;
  std::string reached;  // the last next hop that took a connection
  for (size_t hop = 0; hop < state_->settings.next_hops.size() && !letter.recipients.empty(); ++hop) {
    if (deadline.passed()) break;
    const std::string name = state_->settings.next_hops[hop].endpoint.text();
    try {
      return state_->deliver_to(hop, letter, content, deadline);
    } catch (const HopFailed& e) {
      base::log::warning("next hop failed: " + base::log::printable(e.what()));
      failure = e.reply;
      if (e.reached) reached = name;
    } catch (const NotAwaited& e) {
      base::log::warning(std::string("mail not sent: ") + e.what());
      return same_for_all(letter, own_failure, name);
    } catch (const UnsafeContent& e) {
      base::log::error(std::string("mail not sent, it stays queued: ") + e.what());
      return same_for_all(letter, own_failure, name);
    }
  }
  return same_for_all(letter, failure, reached);
}

std::vector<Receipt> Courier::State::deliver_to(size_t hop, const Letter& letter, OutgoingContent& content,
                                                const support::Deadline& deadline) {
  if (auto connection = take_kept(hop)) {
    try {
      return deliver_over(std::move(connection), hop, letter, content, deadline);
    } catch (const HopFailed&) {
      // It may have died in its sleep, and nothing was delivered: a fresh one tells.
    }
  }
  auto fresh = std::make_unique<Connection>(settings.next_hops[hop], settings, deadline);
  return deliver_over(std::move(fresh), hop, letter, content, deadline);
}

std::vector<Receipt> Courier::State::deliver_over(std::unique_ptr<Connection> connection, size_t hop,
                                                  const Letter& letter, OutgoingContent& content,
                                                  const support::Deadline& deadline) {
  const std::string name = settings.next_hops[hop].text();
  std::vector<Receipt> receipts;
  if (const auto gap = capability_gap(letter, content, connection->capabilities())) {
    receipts = same_for_all(letter, *gap, name);
  } else {
    const smtp::Client::Transaction transaction{letter.envelope, letter.recipients,      letter.client,
                                                content.size(),  needs_smtputf8(letter), letter.one_reply};
    for (const mail::Reply& reply : connection->transact(transaction, content, buffer, letter.is_awaited, deadline))
      receipts.push_back({reply, name});
  }
  if (connection->is_reusable()) kept[hop] = std::move(connection);
  return receipts;
}

std::unique_ptr<Connection> Courier::State::take_kept(size_t hop) {
  std::unique_ptr<Connection> connection = std::move(kept[hop]);
  if (connection && !connection->is_fresh()) {
    connection->quit();
    connection.reset();
  }
  return connection;
}

}  // namespace postern::deliver
