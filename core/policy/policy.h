// SPDX-License-Identifier: MIT
// The recipients' wishes: what shall happen to a mail of each category. A base, overlaid by the policy banks that match the
// client or the listener; the last bank that says something wins. Immutable after the configuration is read; pure.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/origin.h"
#include "mail/judgement.h"
#include "mail/received_mail.h"

namespace postern::policy {

struct Wish {
  mail::Action action = mail::Action::pass;
  bool quarantine = false;
  bool notify_admin = false;
  base::Origin origin;
};

// What a table says; what it does not say stays as it was. Key: "virus", "unchecked", "over-limit", "crashed".
struct WishOverlay {
  std::optional<mail::Action> action;
  std::optional<bool> quarantine, notify_admin;
  base::Origin origin;
};

// An address range: "127.0.0.0/8", "::1", "192.0.2.7", and as Postfix writes it "[2001:db8::]/32". "::/0" holds no IPv4 address.
class Cidr {
 public:
  static std::optional<Cidr> parse(std::string_view text);
  bool contains(std::string_view address) const;  // false for what is no address; "[::1]" and "IPv6:::1" are understood
  std::string text() const;
  bool operator==(const Cidr&) const = default;

 private:
  std::array<unsigned char, 16> network_{};
  unsigned bits_ = 0;  // of the IPv6 form; IPv4 is mapped
};

struct Bank {
  std::string name;
  std::vector<Cidr> clients;  // when.client; empty: only where a listener names the bank
  std::array<WishOverlay, std::size(mail::all_categories)> wishes;
};

class Policy {
 public:
  Policy();  // the built-in defaults, see policy.cpp
  std::array<WishOverlay, std::size(mail::all_categories)>& base() { return base_; }
  std::vector<Bank>& banks() { return banks_; }
  const std::vector<Bank>& banks() const { return banks_; }

  // The wish of one recipient for a category. listener_banks: names in [[listen]].policy-bank, applied before the client's.
  Wish wish(const mail::ReceivedMail& mail, const std::vector<std::string>& listener_banks, mail::Category category) const;

 private:
  std::array<WishOverlay, std::size(mail::all_categories)> base_;
  std::vector<Bank> banks_;
};

}  // namespace postern::policy
