// SPDX-License-Identifier: MIT
#include "report/facts.h"

namespace postern::report {
namespace {

using mail::Action;
using mail::Category;
using mail::Disposition;

// Where policy let the copy pass and it yet did not, the next hop was the reason.
bool is_refused_by_next_hop(const Account& account, uint32_t recipient) {
  const auto& judged = account.judgement.recipients;
  return !has_passed(account, recipient) && recipient < judged.size() && judged[recipient].action == Action::pass;
}

std::string verb(Disposition disposition) {
  switch (disposition) {
    case Disposition::deferred:
      return "TempFailed";
    case Disposition::delivered:
      return "Relayed";
    case Disposition::quarantined:
    case Disposition::discarded:
      return "Discarded";
    case Disposition::rejected:
      return "Rejected";
  }
  return "TempFailed";
}

}  // namespace

bool has_passed(const Account& account, uint32_t recipient) {
  return account.outcome.recipients.at(recipient).disposition == Disposition::delivered;
}

std::string category_word(const Account& account, uint32_t recipient) {
  if (is_refused_by_next_hop(account, recipient)) return "MTA-BLOCKED";
  const auto& judged = account.judgement.recipients;
  return log_word(recipient < judged.size() ? judged[recipient].category : Category::unscanned);
}

std::vector<std::string> actions(const Account& account, uint32_t recipient) {
  // Which domains are ours is not known yet, so everything is inbound.
  const Disposition disposition = account.outcome.recipients.at(recipient).disposition;
  std::vector<std::string> all{verb(disposition) + "Inbound"};
  const auto& judged = account.judgement.recipients;
  const bool is_held =
      !account.outcome.quarantine_id.empty() &&
      (disposition == Disposition::quarantined || (recipient < judged.size() && judged[recipient].quarantine));
  if (is_held) all.emplace_back("Quarantined");
  return all;
}

std::string queued_as(const Account& account, uint32_t recipient) {
  static constexpr std::string_view words = "queued as ";
  const std::string& where = account.outcome.recipients.at(recipient).where;
  const size_t at = where.find(words);
  if (at == std::string::npos || !has_passed(account, recipient)) return {};
  const size_t end =
      where.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-", at + words.size());
  return where.substr(at + words.size(), end == std::string::npos ? end : end - at - words.size());
}

}  // namespace postern::report
