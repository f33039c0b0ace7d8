// SPDX-License-Identifier: MIT
#include "deliver/courier.h"

#include <algorithm>
#include <cassert>
#include <numeric>
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
  explicit State(CourierSettings s)
      : settings(std::move(s)), rests_until(settings.next_hops.size()), kept(settings.next_hops.size()) {}
  ~State() {
    for (auto& connection : kept)
      if (connection) connection->quit();
  }

  std::vector<Receipt> deliver_to(size_t hop, const Letter& letter, OutgoingContent& content,
                                  const support::Deadline& deadline);
  std::vector<Receipt> deliver_over(std::unique_ptr<Connection> connection, size_t hop, const Letter& letter,
                                    OutgoingContent& content, const support::Deadline& deadline);
  std::unique_ptr<Connection> take_kept(size_t hop);
  std::vector<size_t> by_preference() const;
  void let_rest(size_t hop, support::Deadline::Clock::time_point asked);

  CourierSettings settings;
  std::vector<support::Deadline::Clock::time_point> rests_until;  // of each next hop
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
  for (const size_t hop : state_->by_preference()) {
    if (deadline.passed() || letter.recipients.empty()) break;
    const auto asked = support::Deadline::Clock::now();
    const std::string name = state_->settings.next_hops[hop].text();
    try {
      return state_->deliver_to(hop, letter, content, deadline);
    } catch (const HopFailed& e) {
      base::log::warning("next hop failed: " + base::log::printable(e.what()));
      state_->let_rest(hop, asked);
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

// In the order of the configuration, but those that rest come last.
std::vector<size_t> Courier::State::by_preference() const {
  std::vector<size_t> order(settings.next_hops.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto now = support::Deadline::Clock::now();
  std::stable_partition(order.begin(), order.end(), [&](size_t hop) { return rests_until[hop] <= now; });
  return order;
}

void Courier::State::let_rest(size_t hop, support::Deadline::Clock::time_point asked) {
  const auto now = support::Deadline::Clock::now();
  if (settings.next_hops.size() < 2 || now - asked < settings.slow) return;
  rests_until[hop] = now + settings.rest;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(settings.rest).count();
  base::log::warning("next hop " + settings.next_hops[hop].text() + " is asked last for " + std::to_string(seconds) + " s");
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
