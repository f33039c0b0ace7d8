// SPDX-License-Identifier: MIT
#include "policy/policy.h"

#include <gtest/gtest.h>

namespace postern::policy {
namespace {

using mail::Action;
using mail::Category;

mail::ReceivedMail mail_from(const std::string& xforward, const std::string& peer = "127.0.0.1") {
  mail::ReceivedMail mail;
  mail.client.address = xforward;
  mail.peer = peer;
  mail.envelope.recipients = {{"user@example.org", "", ""}, {"other@sub.example.net", "", ""}};
  return mail;
}

Bank bank(const std::string& name, std::initializer_list<const char*> clients, Category category, WishOverlay wish) {
  Bank bank;
  bank.name = name;
  for (const char* client : clients) bank.clients.push_back(*Cidr::parse(client));
  wish.origin = {name, 1, 1};
  bank.wishes[static_cast<size_t>(category)] = wish;
  return bank;
}

Action action(const Policy& policy, const mail::ReceivedMail& mail, const std::vector<std::string>& banks = {}) {
  return policy.wish(mail, 0, banks, Category::infected).action;
}

TEST(Policy, HasSafeDefaults) {
  const Policy policy;
  struct Row {
    Category category;
    Action action;
    bool quarantine, notify_admin;
  };
  for (const Row& row : {Row{Category::clean, Action::pass, false, false},
                         {Category::unchecked, Action::pass, false, false},
                         {Category::bad_header, Action::pass, false, false},
                         {Category::encrypted, Action::pass, false, false},
                         {Category::ambiguous, Action::pass, false, false},
                         {Category::banned, Action::discard, true, false},
                         {Category::over_limit, Action::discard, true, true},
                         {Category::crashed, Action::defer, false, false},
                         {Category::unscanned, Action::defer, false, false},
                         {Category::infected, Action::discard, true, true}}) {
    const Wish wish = policy.wish(mail_from(""), 0, {}, row.category);
    EXPECT_EQ(wish.action, row.action) << mail::name(row.category);
    EXPECT_EQ(wish.quarantine, row.quarantine) << mail::name(row.category);
    EXPECT_EQ(wish.notify_admin, row.notify_admin) << mail::name(row.category);
    EXPECT_EQ(wish.origin.text(), "default");
  }
}

TEST(Policy, ABankAppliesToTheClientThatXforwardNames) {
  Policy policy;
  policy.banks().push_back(bank("inside", {"10.0.0.0/8"}, Category::infected, {Action::reject, {}, {}, {}}));
  EXPECT_EQ(action(policy, mail_from("10.1.2.3")), Action::reject);
  EXPECT_EQ(action(policy, mail_from("192.0.2.1", "10.1.2.3")), Action::discard);
  EXPECT_EQ(action(policy, mail_from("", "10.1.2.3")), Action::reject);
  EXPECT_EQ(action(policy, mail_from("", "unix")), Action::discard);
}

TEST(Policy, WhatABankDoesNotSayStays) {
  Policy policy;
  policy.banks().push_back(bank("b", {"::1"}, Category::infected, {{}, false, {}, {}}));
  const Wish wish = policy.wish(mail_from("::1"), 0, {}, Category::infected);
  EXPECT_EQ(wish.action, Action::discard);
  EXPECT_FALSE(wish.quarantine);
  EXPECT_TRUE(wish.notify_admin);
  EXPECT_EQ(wish.origin.text(), "b:1:1");
  EXPECT_EQ(policy.wish(mail_from("::1"), 0, {}, Category::crashed).origin.text(), "default");
}

TEST(Policy, AppliesTheListenersBanksInItsOrderAndThenTheClientsInTheFiles) {
  Policy policy;
  policy.banks().push_back(bank("a", {}, Category::infected, {Action::reject, {}, {}, {}}));
  policy.banks().push_back(bank("b", {}, Category::infected, {Action::defer, {}, {}, {}}));
  policy.banks().push_back(bank("c", {"10.0.0.0/8"}, Category::infected, {Action::pass, {}, {}, {}}));
  EXPECT_EQ(action(policy, mail_from("192.0.2.1")), Action::discard);
  EXPECT_EQ(action(policy, mail_from("192.0.2.1"), {"a", "b"}), Action::defer);
  EXPECT_EQ(action(policy, mail_from("192.0.2.1"), {"b", "a"}), Action::reject);
  EXPECT_EQ(action(policy, mail_from("10.0.0.1"), {"b", "a"}), Action::pass);
  policy.banks().push_back(bank("d", {"10.0.0.1"}, Category::infected, {Action::defer, {}, {}, {}}));
  EXPECT_EQ(action(policy, mail_from("10.0.0.1")), Action::defer);
}

TEST(Policy, NoBankMakesUnscannedMailPass) {
  Policy policy;
  policy.banks().push_back(bank("a", {"::1"}, Category::unscanned, {Action::pass, {}, {}, {}}));
  EXPECT_EQ(policy.wish(mail_from("::1"), 0, {"a"}, Category::unscanned).action, Action::defer);
}

TEST(Policy, ABankMayBeThatOfSomeRecipients) {
  Policy policy;
  Bank one = bank("one", {}, Category::infected, {Action::reject, {}, {}, {}});
  one.recipients = {*AddressPattern::parse(".example.net")};
  policy.banks().push_back(one);
  const auto mail = mail_from("192.0.2.1");
  EXPECT_EQ(policy.wish(mail, 0, {}, Category::infected).action, Action::discard);
  EXPECT_EQ(policy.wish(mail, 1, {}, Category::infected).action, Action::reject);
  EXPECT_EQ(policy.wish(mail, 0, {"one"}, Category::infected).action, Action::discard) << "also where a listener names it";
}

TEST(Policy, ABankWithClientsAndRecipientsWantsBoth) {
  Policy policy;
  Bank both = bank("both", {"10.0.0.0/8"}, Category::infected, {Action::reject, {}, {}, {}});
  both.recipients = {*AddressPattern::parse("user@example.org")};
  policy.banks().push_back(both);
  EXPECT_EQ(policy.wish(mail_from("10.0.0.1"), 0, {}, Category::infected).action, Action::reject);
  EXPECT_EQ(policy.wish(mail_from("10.0.0.1"), 1, {}, Category::infected).action, Action::discard);
  EXPECT_EQ(policy.wish(mail_from("192.0.2.1"), 0, {}, Category::infected).action, Action::discard);
}

TEST(Policy, TheRulesAreThoseTheLastBankNames) {
  Policy policy;
  policy.rule_sets().push_back({"strict", {}});
  Bank strict = bank("strict", {}, Category::infected, {});
  strict.recipients = {*AddressPattern::parse("sub.example.net")};
  strict.banned_rules = {"strict", "default"};
  policy.banks().push_back(strict);
  const auto names = [&](uint32_t recipient) {
    std::string all;
    for (const RuleSet* set : policy.rules(mail_from("192.0.2.1"), recipient, {})) all += set->name + " ";
    return all;
  };
  EXPECT_EQ(names(0), "default ");
  EXPECT_EQ(names(1), "strict default ");
}

TEST(Policy, ABankMayBeMoreGenerousInUnpackingAndTheCageFitsTheLargest) {
  Policy policy;
  Bank large = bank("large", {"10.0.0.0/8"}, Category::infected, {});
  large.limits.bytes = uint64_t{1} << 30;
  large.limits.depth = 30;
  policy.banks().push_back(large);
  EXPECT_EQ(policy.limits_for(mail_from("192.0.2.1"), {}).depth, Limits().depth);
  EXPECT_EQ(policy.limits_for(mail_from("10.0.0.1"), {}).depth, 30u);
  EXPECT_EQ(policy.limits_for(mail_from("10.0.0.1"), {}).parts, Limits().parts) << "what it does not say stays";
  EXPECT_EQ(policy.most_bytes(), uint64_t{1} << 30);
}

struct AddressRow {
  const char* pattern;
  const char* address;
  bool matches;
};
class Addresses : public testing::TestWithParam<AddressRow> {};

TEST_P(Addresses, Match) {
  const auto pattern = AddressPattern::parse(GetParam().pattern);
  ASSERT_TRUE(pattern) << GetParam().pattern;
  EXPECT_EQ(pattern->matches(GetParam().address), GetParam().matches) << GetParam().pattern << ' ' << GetParam().address;
}

INSTANTIATE_TEST_SUITE_P(
    All, Addresses,
    testing::Values(AddressRow{"user@example.org", "USER@Example.ORG", true}, AddressRow{"user@example.org", "user@example.com", false},
                    AddressRow{"user@example.org", "\"a@b\"@example.org", false}, AddressRow{"user@", "user@anywhere.example", true},
                    AddressRow{"user@", "users@anywhere.example", false}, AddressRow{"user@", "user", true},
                    AddressRow{"example.org", "a@example.org", true}, AddressRow{"@example.org", "a@example.org", true},
                    AddressRow{"example.org", "a@sub.example.org", false}, AddressRow{".example.org", "a@sub.example.org", true},
                    AddressRow{".example.org", "a@example.org", true}, AddressRow{".example.org", "a@badexample.org", false},
                    AddressRow{"user@.example.org", "user@x.y.example.org", true}, AddressRow{"example.org", "postmaster", false}));

TEST(AddressPattern, RefusesWhatNamesNobody) {
  for (const char* bad : {"", "@", ".", "@.", "a b@example.org", "a@example..org", "example.org.", "a@\texample.org"})
    EXPECT_FALSE(AddressPattern::parse(bad)) << bad;
}

struct Row {
  const char* range;
  const char* address;
  bool contained;
};
class Ranges : public testing::TestWithParam<Row> {};

TEST_P(Ranges, HoldTheirAddresses) {
  const auto range = Cidr::parse(GetParam().range);
  ASSERT_TRUE(range) << GetParam().range;
  EXPECT_EQ(range->contains(GetParam().address), GetParam().contained) << GetParam().range << ' ' << GetParam().address;
}

INSTANTIATE_TEST_SUITE_P(
    All, Ranges,
    testing::Values(Row{"127.0.0.0/8", "127.1.2.3", true}, Row{"127.0.0.0/8", "128.0.0.1", false},
                    Row{"192.0.2.7", "192.0.2.7", true}, Row{"192.0.2.7", "192.0.2.8", false},
                    Row{"192.0.2.0/25", "192.0.2.127", true}, Row{"192.0.2.0/25", "192.0.2.128", false},
                    Row{"0.0.0.0/0", "203.0.113.9", true}, Row{"0.0.0.0/0", "2001:db8::1", false},
                    Row{"::/0", "2001:db8::1", true}, Row{"::/0", "192.0.2.1", false},
                    Row{"::/0", "::ffff:192.0.2.1", false}, Row{"10.0.0.0/8", "::ffff:10.1.1.1", true},
                    Row{"::ffff:10.0.0.0/104", "10.1.1.1", true}, Row{"::ffff:10.0.0.0/104", "11.1.1.1", false},
                    Row{"::1", "[::1]", true}, Row{"::1", "IPv6:::1", true}, Row{"::1", "[IPv6:::1]", true},
                    Row{"::1", "ipv6:::1", true}, Row{"[2001:db8::]/32", "2001:db8:5::1", true},
                    Row{"2001:db8::/32", "2001:DB8:5::1", true}, Row{"2001:db8::/32", "2001:db9::1", false},
                    Row{"fe80::/10", "fe80::1%eth0", true}, Row{"[192.0.2.7]", "[192.0.2.7]", true},
                    Row{"::/0", "", false}, Row{"0.0.0.0/0", "unix", false}, Row{"0.0.0.0/0", "localhost", false},
                    Row{"0.0.0.0/0", "1.2.3", false}, Row{"0.0.0.0/0", "1.2.3.4 ", false}));

TEST(Cidr, RefusesWhatIsNoRange) {
  for (const char* bad : {"", "/8", "127.0.0.0/", "127.0.0.0/33", "127.0.0.0/-1", "127.0.0.0/8/8", "127.0.0.0/8x",
                          "::/129", "10.0.0.1/8", "2001:db8::1/32", "127", "10.0.0", "localhost", "[::1",
                          "fe80::1%eth0", "1.2.3.4.5", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"})
    EXPECT_FALSE(Cidr::parse(bad)) << bad;
  EXPECT_FALSE(Cidr::parse(std::string_view("::1\0", 4)));
}

TEST(Cidr, IsPrintedAsItIsRead) {
  for (const char* text : {"127.0.0.0/8", "192.0.2.7", "::1", "2001:db8::/32", "0.0.0.0/0", "::/0"})
    EXPECT_EQ(Cidr::parse(text)->text(), text);
  EXPECT_EQ(Cidr::parse("[2001:DB8::]/32")->text(), "2001:db8::/32");
  EXPECT_EQ(Cidr::parse("::ffff:10.0.0.0/104"), Cidr::parse("10.0.0.0/8"));
}

}  // namespace
}  // namespace postern::policy
