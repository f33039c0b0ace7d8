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
    case Category::unchecked:
      return says(Action::pass, false, false);  // encrypted mail is daily mail
    case Category::over_limit:
      return says(Action::discard, true, true);
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

bool matches(const Bank& bank, std::string_view client) {
  return std::any_of(bank.clients.begin(), bank.clients.end(),
                     [&](const Cidr& range) { return range.contains(client); });
}

}  // namespace

Policy::Policy() {
  for (const Category category : mail::all_categories) base_[static_cast<size_t>(category)] = built_in(category);
}

Wish Policy::wish(const mail::ReceivedMail& mail, const std::vector<std::string>& listener_banks,
                  mail::Category category) const {
  const auto index = static_cast<size_t>(category);
  Wish wish;
  apply(base_[index], wish);
  // What we failed to examine waits in Postfix's queue: no bank can turn our own failure into "pass".
  if (category == Category::unscanned) return wish;
  for (const std::string& name : listener_banks)
    for (const Bank& bank : banks_)
      if (bank.name == name) apply(bank.wishes[index], wish);
  const std::string& client = mail.client.address.empty() ? mail.peer : mail.client.address;
  for (const Bank& bank : banks_)
    if (matches(bank, client)) apply(bank.wishes[index], wish);
  return wish;
}

}  // namespace postern::policy
