// SPDX-License-Identifier: MIT
#include "policy/policy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace postern::policy {
namespace {

using mail::Action;
using mail::Category;

WishOverlay built_in(Action action, bool quarantine, bool notify_admin) {
  return {action, quarantine, notify_admin, base::Origin{}};
}

void apply(const WishOverlay& overlay, Wish& wish) {
  if (overlay.action) wish.action = *overlay.action;
  if (overlay.quarantine) wish.quarantine = *overlay.quarantine;
  if (overlay.notify_admin) wish.notify_admin = *overlay.notify_admin;
  if (overlay.action || overlay.quarantine || overlay.notify_admin) wish.origin = overlay.origin;
}

// IPv4 in its IPv4-mapped IPv6 form (RFC 4291 2.5.5.2).
std::optional<std::array<unsigned char, 16>> binary(std::string_view text, bool* is_v4) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  if (text.substr(0, 5) == "IPv6:") text.remove_prefix(5);
  std::array<unsigned char, 16> bytes{};
  const std::string copy(text);
  *is_v4 = ::inet_pton(AF_INET, copy.c_str(), bytes.data() + 12) == 1;
  if (*is_v4)
    bytes[10] = bytes[11] = 0xff;
  else if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) != 1)
    return std::nullopt;
  return bytes;
}

}  // namespace

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const size_t slash = text.find('/');
  bool is_v4 = false;
  const auto network = binary(text.substr(0, slash), &is_v4);
  if (!network) return std::nullopt;
  unsigned bits = is_v4 ? 32 : 128;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    unsigned wanted = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), wanted);
    if (error != std::errc() || end != digits.data() + digits.size() || wanted > bits) return std::nullopt;
    bits = wanted;
  }
  Cidr range;
  range.network_ = *network;
  range.bits_ = is_v4 ? bits + 96 : bits;
  return range;
}

bool Cidr::contains(std::string_view address) const {
  bool is_v4 = false;
  const auto bytes = binary(address, &is_v4);
  if (!bytes) return false;
  const size_t whole = bits_ / 8, rest = bits_ % 8;
  if (std::memcmp(bytes->data(), network_.data(), whole) != 0) return false;
  return rest == 0 || (((*bytes)[whole] ^ network_[whole]) >> (8 - rest)) == 0;
}

Policy::Policy() {
  const auto at = [this](Category c) -> WishOverlay& { return base_[static_cast<size_t>(c)]; };
  at(Category::clean) = built_in(Action::pass, false, false);
  at(Category::unchecked) = built_in(Action::pass, false, false);
  at(Category::over_limit) = built_in(Action::discard, true, true);
  at(Category::crashed) = built_in(Action::defer, false, false);
  at(Category::unscanned) = built_in(Action::defer, false, false);
  at(Category::infected) = built_in(Action::discard, true, true);
}

Wish Policy::wish(const mail::ReceivedMail& mail, const std::vector<std::string>& listener_banks,
                  mail::Category category) const {
  const auto index = static_cast<size_t>(category);
  Wish wish;
  apply(base_[index], wish);
  for (const std::string& name : listener_banks)
    for (const Bank& bank : banks_)
      if (bank.name == name) apply(bank.wishes[index], wish);
  for (const Bank& bank : banks_)
    if (std::any_of(bank.clients.begin(), bank.clients.end(),
                    [&](const Cidr& range) { return range.contains(mail.client.address); }))
      apply(bank.wishes[index], wish);
  // Our own failure is never an administrator's choice: the mail comes again.
  if (category == Category::unscanned) wish.action = Action::defer;
  return wish;
}

}  // namespace postern::policy
