// SPDX-License-Identifier: MIT
#include "policy/policy.h"

#include <algorithm>

namespace postern::policy {
namespace {

using mail::Action;
using mail::Category;

WishOverlay says(Action action, bool quarantine, bool notify_admin) {
  return {action, quarantine, notify_admin, {}};
}

// What happens to a mail where the configuration says nothing.
WishOverlay built_in(Category category) {
  switch (category) {
    case Category::clean:
      return says(Action::pass, false, false);
    case Category::bad_header:
    case Category::spammy:  // it is tagged
    case Category::spam:
    case Category::unchecked:
    case Category::encrypted:  // daily mail, as the two before
    case Category::ambiguous:  // both readings were examined
      return says(Action::pass, false, false);
    case Category::over_limit:
      return says(Action::discard, true, true);
    case Category::banned:
      return says(Action::discard, true, false);
    case Category::crashed:
      return says(Action::defer, false, false);
    case Category::unscanned:
      return says(Action::defer, false, false);
    case Category::infected:
      return says(Action::discard, true, true);
  }
  return says(Action::defer, false, false);
}

void apply(const WishOverlay& overlay, Wish& wish) {
  if (!overlay.action && !overlay.quarantine && !overlay.notify_admin) return;
  wish.action = overlay.action.value_or(wish.action);
  wish.quarantine = overlay.quarantine.value_or(wish.quarantine);
  wish.notify_admin = overlay.notify_admin.value_or(wish.notify_admin);
  wish.origin = overlay.origin;
}

// Where a bank names no clients, or no recipients, it does not mind who they are.
bool fits_client(const Bank& bank, std::string_view client) {
  return bank.clients.empty() || std::any_of(bank.clients.begin(), bank.clients.end(), [&](const Cidr& range) { return range.contains(client); });
}

bool fits_recipient(const Bank& bank, std::string_view recipient) {
  return bank.recipients.empty() ||
         std::any_of(bank.recipients.begin(), bank.recipients.end(), [&](const AddressPattern& p) { return p.matches(recipient); });
}

}  // namespace

Policy::Policy() {
  for (const Category category : mail::all_categories) base_[static_cast<size_t>(category)] = built_in(category);
}

template <class FitsRecipient>
std::vector<const Bank*> Policy::applying(const mail::ReceivedMail& mail, const std::vector<std::string>& listener_banks,
                                          FitsRecipient fits_recipient) const {
  std::vector<const Bank*> all;
  for (const std::string& name : listener_banks)
    for (const Bank& bank : banks_)
      if (bank.name == name && fits_recipient(bank)) all.push_back(&bank);
  const std::string& client = mail.client.address.empty() ? mail.peer : mail.client.address;
  for (const Bank& bank : banks_) {
    const bool has_condition = !bank.clients.empty() || !bank.recipients.empty();
    if (has_condition && fits_client(bank, client) && fits_recipient(bank)) all.push_back(&bank);
  }
  return all;
}

std::vector<const Bank*> Policy::applying(const mail::ReceivedMail& mail, uint32_t recipient,
                                          const std::vector<std::string>& listener_banks) const {
  const std::string& address = mail.envelope.recipients.at(recipient).address;
  return applying(mail, listener_banks, [&](const Bank& bank) { return fits_recipient(bank, address); });
}

Wish Policy::wish(const mail::ReceivedMail& mail, uint32_t recipient, const std::vector<std::string>& listener_banks,
                  mail::Category category, const std::vector<std::string>& virus_banks) const {
  const auto index = static_cast<size_t>(category);
  Wish wish;
  apply(base_[index], wish);
  // What we failed to examine waits in Postfix's queue: no bank can turn our own failure into "pass".
  if (category == Category::unscanned) return wish;
  for (const Bank* bank : applying(mail, recipient, listener_banks)) apply(bank->wishes[index], wish);
  for (const std::string& name : virus_banks)
    for (const Bank& bank : banks_)
      if (bank.name == name) apply(bank.wishes[index], wish);
  return wish;
}

mail::SpamLevels Policy::levels_for(const mail::ReceivedMail& mail, uint32_t recipient, const std::vector<std::string>& listener_banks) const {
  mail::SpamLevels levels = levels_;
  for (const Bank* bank : applying(mail, recipient, listener_banks)) bank->levels.apply_to(levels);
  return levels;
}

Limits Policy::limits_for(const mail::ReceivedMail& mail, const std::vector<std::string>& listener_banks) const {
  Limits limits = limits_;
  for (const Bank* bank : applying(mail, listener_banks, [](const Bank& b) { return b.recipients.empty(); })) bank->limits.apply_to(limits);
  return limits;
}

uint64_t Policy::most_bytes() const {
  uint64_t most = limits_.bytes;
  for (const Bank& bank : banks_) most = std::max(most, bank.limits.bytes.value_or(0));
  return most;
}

std::vector<const RuleSet*> Policy::rules(const mail::ReceivedMail& mail, uint32_t recipient,
                                          const std::vector<std::string>& listener_banks) const {
  const std::vector<std::string>* names = &banned_rules_;
  for (const Bank* bank : applying(mail, recipient, listener_banks))
    if (bank->banned_rules) names = &*bank->banned_rules;
  std::vector<const RuleSet*> all;
  for (const std::string& name : *names)
    for (const RuleSet& set : rule_sets_)
      if (set.name == name) all.push_back(&set);
  return all;
}

}  // namespace postern::policy
