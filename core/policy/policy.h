// SPDX-License-Identifier: MIT
// The recipients' wishes: what shall happen to a mail of each category, and which rules ban what. A base, overlaid by the policy
// banks that match listener, client and recipient; the last bank that says something wins. Immutable after the configuration is read;
// pure.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/origin.h"
#include "mail/judgement.h"
#include "mail/received_mail.h"
#include "policy/address_pattern.h"
#include "policy/banned_rules.h"
#include "policy/limits.h"
#include "policy/virus_names.h"

namespace postern::policy {

struct Wish {
  mail::Action action = mail::Action::pass;
  bool quarantine = false;
  bool notify_admin = false;
  base::Origin origin;
};

// What a table says; what it does not say stays as it was. Key: the category's name, "virus", "over-limit" …
struct WishOverlay {
  std::optional<mail::Action> action;
  std::optional<bool> quarantine, notify_admin;
  base::Origin origin;
};

// What a table says of the levels of spam.
struct LevelsOverlay {
  std::optional<int32_t> tag, tag2, kill;
  void apply_to(mail::SpamLevels& levels) const {
    levels.tag = tag.value_or(levels.tag);
    levels.tag2 = tag2.value_or(levels.tag2);
    levels.kill = kill.value_or(levels.kill);
  }
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

using Wishes = std::array<WishOverlay, std::size(mail::all_categories)>;

// Applies where a listener names it, or where all its conditions hold and there is one.
struct Bank {
  std::string name;
  std::vector<Cidr> clients;               // when.client; empty: no condition
  std::vector<AddressPattern> recipients;  // when.recipient; empty: no condition
  Wishes wishes;
  LevelsOverlay levels;
  std::optional<std::vector<std::string>> banned_rules;  // names of rule sets
  LimitsOverlay limits;                                  // a mail is unpacked once: not of a bank with recipients
};

class Policy {
 public:
  Policy();  // the built-in defaults, see policy.cpp
  Wishes& base() { return base_; }
  std::vector<std::string>& banned_rules() { return banned_rules_; }
  const std::vector<std::string>& banned_rules() const { return banned_rules_; }
  Limits& limits() { return limits_; }
  const Limits& limits() const { return limits_; }
  mail::SpamLevels& levels() { return levels_; }
  const mail::SpamLevels& levels() const { return levels_; }
  VirusNames& virus_names() { return virus_names_; }
  const VirusNames& virus_names() const { return virus_names_; }
  std::vector<RuleSet>& rule_sets() { return rule_sets_; }
  const std::vector<RuleSet>& rule_sets() const { return rule_sets_; }
  std::vector<Bank>& banks() { return banks_; }
  const std::vector<Bank>& banks() const { return banks_; }

  // The wish of one recipient (index into the envelope) for a category. listener_banks: names in [[listen]].policy-bank; those with
  // when.recipient apply to these recipients only. Order: the listener's banks, then all that match, in the order of the files, then
  // those the names of its viruses bring, see VirusName.
  Wish wish(const mail::ReceivedMail& mail, uint32_t recipient, const std::vector<std::string>& listener_banks, mail::Category category,
            const std::vector<std::string>& virus_banks = {}) const;
  mail::SpamLevels levels_for(const mail::ReceivedMail& mail, uint32_t recipient, const std::vector<std::string>& listener_banks) const;
  // Whose rules hold for this recipient, in their order.
  std::vector<const RuleSet*> rules(const mail::ReceivedMail& mail, uint32_t recipient, const std::vector<std::string>& listener_banks) const;
  Limits limits_for(const mail::ReceivedMail& mail, const std::vector<std::string>& listener_banks) const;
  uint64_t most_bytes() const;  // that any mail may be unpacked to

 private:
  template <class FitsRecipient>
  std::vector<const Bank*> applying(const mail::ReceivedMail& mail, const std::vector<std::string>& listener_banks, FitsRecipient fits) const;
  std::vector<const Bank*> applying(const mail::ReceivedMail& mail, uint32_t recipient, const std::vector<std::string>& listener_banks) const;

  Wishes base_;
  mail::SpamLevels levels_;
  VirusNames virus_names_;
  Limits limits_;
  std::vector<std::string> banned_rules_{"default"};
  std::vector<RuleSet> rule_sets_{default_rules()};
  std::vector<Bank> banks_;
};

}  // namespace postern::policy
