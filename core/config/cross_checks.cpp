// SPDX-License-Identifier: MIT
#include "config/cross_checks.h"

#include <algorithm>
#include <initializer_list>

#include "base/suggest.h"
#include "config/units.h"

namespace postern::config {
namespace {

using base::Problem;
using support::Endpoint;

// Postfix, postconf(5): smtp_data_done_timeout, lmtp_data_done_timeout.
constexpr std::chrono::seconds postfix_waits{600};

class CrossCheck {
 public:
  CrossCheck(const Configuration& configuration, const Node& tree, Problems& problems)
      : configuration_(configuration), tree_(tree), problems_(problems) {}

  void run() {
    duplicate_listeners();
    unknown_banks();
    unused_banks();
    unknown_rules();
    unknown_virus_banks();
    levels();
    mail_loop();
    bytes();
    times();
    scanners();
  }

 private:
  const std::vector<receive::Listener>& listeners() const { return configuration_.receive.listeners; }
  const std::vector<policy::Bank>& banks() const { return configuration_.policy.banks(); }

  void duplicate_listeners();
  void unknown_banks();
  void unused_banks();
  void unknown_rules();
  void unknown_virus_banks();
  void levels();
  void check_levels(const mail::SpamLevels& levels, const Node* where, const std::string& path);
  void check_rules(const std::vector<std::string>& names, const Node* where, const std::string& path);
  void mail_loop();
  void bytes();
  std::chrono::milliseconds scanning_time() const;
  void times();
  void scanners();

  bool is_defined(const std::string& bank) const;
  const Node* value(std::initializer_list<const char*> path) const;
  const Node* listen_value(size_t listener, const char* key) const;
  void complain(Problem::Severity severity, const char* id, const Node* where, std::string text, std::string hint);

  const Configuration& configuration_;
  const Node& tree_;
  Problems& problems_;
};

const Node* item_of(const Node* texts, size_t index) {
  if (!texts || texts->kind != Node::Kind::list) return texts;
  return index < texts->items.size() ? &texts->items[index] : texts;
}

bool is_loopback(const std::string& host) {
  static const auto four = *policy::Cidr::parse("127.0.0.0/8"), six = *policy::Cidr::parse("::1");
  return host == "localhost" || four.contains(host) || six.contains(host);
}

bool is_any(const std::string& host) {
  return host == "0.0.0.0" || host == "::" || host == "*";
}

bool same_host(const std::string& a, const std::string& b) {
  const auto one = policy::Cidr::parse(a), other = policy::Cidr::parse(b);
  return a == b || (one && other && *one == *other);
}

bool same_endpoint(const Endpoint& a, const Endpoint& b) {
  return a.path == b.path && same_host(a.host, b.host) && (a.is_unix() || std::stoi(a.port) == std::stoi(b.port));
}

// Would a connection to hop arrive at listener? Names other than localhost are not looked up here.
bool reaches(const Endpoint& hop, const Endpoint& listener) {
  if (hop.is_unix() || listener.is_unix()) return hop.path == listener.path;
  if (std::stoi(hop.port) != std::stoi(listener.port)) return false;
  if (same_host(hop.host, listener.host)) return true;
  if (is_any(listener.host) || is_any(hop.host)) return is_loopback(hop.host) || is_any(hop.host);
  return is_loopback(hop.host) && is_loopback(listener.host) &&
         (hop.host == "localhost" || listener.host == "localhost");
}

void CrossCheck::duplicate_listeners() {
  for (size_t later = 1; later < listeners().size(); ++later) {
    const auto address = Endpoint::parse(listeners()[later].address);
    for (size_t earlier = 0; earlier < later; ++earlier) {
      const auto other = Endpoint::parse(listeners()[earlier].address);
      if (!address || !other || !same_endpoint(*address, *other)) continue;
      complain(Problem::Severity::error, "CONFIG-DUPLICATE-LISTENER", listen_value(later, "address"),
               "listen.address: " + in_quotes(listeners()[later].address) + " is already the listener at " +
                   listeners()[earlier].origin.text(),
               "[[listen]] tables of several files add up");
      break;
    }
  }
}

bool CrossCheck::is_defined(const std::string& bank) const {
  return std::any_of(banks().begin(), banks().end(), [&](const policy::Bank& b) { return b.name == bank; });
}

void CrossCheck::unknown_banks() {
  std::vector<std::string> known;
  for (const policy::Bank& bank : banks()) known.push_back(bank.name);
  for (size_t i = 0; i < listeners().size(); ++i) {
    const auto& named = listeners()[i].policy_banks;
    for (size_t j = 0; j < named.size(); ++j) {
      if (is_defined(named[j])) continue;
      const auto near = base::suggest(named[j], known);
      complain(Problem::Severity::error, "CONFIG-UNKNOWN-BANK", item_of(listen_value(i, "policy-bank"), j),
               "listen.policy-bank: there is no [policy-bank." + base::log::printable(named[j]) + "]",
               near ? "did you mean " + in_quotes(*near) + "?" : "");
    }
  }
}

void CrossCheck::unused_banks() {
  for (const policy::Bank& bank : banks()) {
    const bool is_named = std::any_of(listeners().begin(), listeners().end(), [&](const receive::Listener& listener) {
      return std::count(listener.policy_banks.begin(), listener.policy_banks.end(), bank.name) != 0;
    });
    const auto& names = configuration_.policy.virus_names().rows();
    const bool is_brought = std::any_of(names.begin(), names.end(), [&](const policy::VirusName& row) { return row.bank == bank.name; });
    if (is_named || is_brought || !bank.clients.empty() || !bank.recipients.empty()) continue;
    complain(Problem::Severity::warning, "CONFIG-UNUSED-BANK", value({"policy-bank", bank.name.c_str()}),
             "policy-bank." + bank.name + ": never applies", "give it when.client or when.recipient, or name it in a [[listen]] or a [[virus-name]]");
  }
}

void CrossCheck::check_rules(const std::vector<std::string>& names, const Node* where, const std::string& path) {
  std::vector<std::string> known;
  for (const policy::RuleSet& set : configuration_.policy.rule_sets()) known.push_back(set.name);
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::find(known.begin(), known.end(), names[i]) != known.end()) continue;
    const auto near = base::suggest(names[i], known);
    complain(Problem::Severity::error, "CONFIG-UNKNOWN-RULES", item_of(where, i),
             path + ": there is no [[banned-rules." + base::log::printable(names[i]) + "]]",
             near ? "did you mean " + in_quotes(*near) + "?" : "");
  }
}

void CrossCheck::unknown_rules() {
  check_rules(configuration_.policy.banned_rules(), value({"policy", "banned-rules"}), "policy.banned-rules");
  for (const policy::Bank& bank : banks())
    if (bank.banned_rules)
      check_rules(*bank.banned_rules, value({"policy-bank", bank.name.c_str(), "banned-rules"}), "policy-bank." + bank.name + ".banned-rules");
}

void CrossCheck::unknown_virus_banks() {
  std::vector<std::string> known;
  for (const policy::Bank& bank : banks()) known.push_back(bank.name);
  for (const policy::VirusName& row : configuration_.policy.virus_names().rows()) {
    if (row.bank.empty() || is_defined(row.bank)) continue;
    const auto near = base::suggest(row.bank, known);
    problems_.push_back({Problem::Severity::error, "CONFIG-UNKNOWN-BANK", row.origin,
                         "virus-name.policy-bank: there is no [policy-bank." + base::log::printable(row.bank) + "]",
                         near ? "did you mean " + in_quotes(*near) + "?" : ""});
  }
}

void CrossCheck::check_levels(const mail::SpamLevels& levels, const Node* where, const std::string& path) {
  if (levels.tag <= levels.tag2 && levels.tag2 <= levels.kill) return;
  complain(Problem::Severity::warning, "CONFIG-LEVELS", where,
           path + ": tag " + mail::points_text(levels.tag) + ", tag2 " + mail::points_text(levels.tag2) + " and kill " +
               mail::points_text(levels.kill) + " are not in ascending order",
           "a mail is tagged first, then spammy, then spam");
}

void CrossCheck::levels() {
  check_levels(configuration_.policy.levels(), value({"policy", "spam"}), "policy.spam");
  for (const policy::Bank& bank : banks()) {
    mail::SpamLevels levels = configuration_.policy.levels();
    bank.levels.apply_to(levels);
    if (levels != configuration_.policy.levels()) check_levels(levels, value({"policy-bank", bank.name.c_str(), "spam"}), "policy-bank." + bank.name + ".spam");
  }
}

void CrossCheck::mail_loop() {
  const auto& hops = configuration_.deliver.next_hops;
  for (size_t i = 0; i < hops.size(); ++i) {
    for (const receive::Listener& listener : listeners()) {
      const auto address = Endpoint::parse(listener.address);
      if (!address || !reaches(hops[i].endpoint, *address)) continue;
      complain(Problem::Severity::error, "CONFIG-MAIL-LOOP", item_of(value({"deliver", "next-hop"}), i),
               "deliver.next-hop: " + in_quotes(hops[i].text()) + " is our own listener " +
                   in_quotes(listener.address) + ": mail would go in circles",
               "name the port on which Postfix takes filtered mail back");
      break;
    }
  }
}

void CrossCheck::bytes() {
  const policy::Limits& limits = configuration_.policy.limits();
  if (limits.min_bytes <= limits.bytes) return;
  const Node* where = value({"decode", "min-bytes"});
  complain(
      Problem::Severity::error, "CONFIG-RANGE", where ? where : value({"decode", "bytes"}),
      "decode.min-bytes: " + size_text(limits.min_bytes) + " is more than decode.bytes, " + size_text(limits.bytes),
      "");
}

// Primaries work at the same time, back-ups after them, likewise; those in the cage one after the other.
std::chrono::milliseconds CrossCheck::scanning_time() const {
  std::chrono::milliseconds longest[2]{}, confined[2]{};
  for (const plugin::InstanceSettings& instance : configuration_.instances) {
    if (instance.kind != plugin::Kind::scanner) continue;
    const size_t stage = instance.backup ? 1 : 0;
    if (instance.home == plugin::Home::confined) confined[stage] += instance.timeout;
    else longest[stage] = std::max(longest[stage], instance.timeout);
  }
  return std::max(longest[0], confined[0]) + std::max(longest[1], confined[1]);
}

void CrossCheck::times() {
  const std::chrono::milliseconds scanning = scanning_time();
  const std::chrono::milliseconds decoding = configuration_.policy.limits().time;
  for (size_t i = 0; i < listeners().size(); ++i) {
    const std::chrono::milliseconds deadline = listeners()[i].deadline;
    const Node* where = listen_value(i, "deadline");
    const std::string is = "listen.deadline: " + duration_text(deadline) + " is ";
    if (deadline >= postfix_waits)
      complain(Problem::Severity::warning, "CONFIG-LONG-DEADLINE", where,
               is + "not less than the " + duration_text(postfix_waits) + " Postfix waits for the reply",
               "raise Postfix's smtp_data_done_timeout or lmtp_data_done_timeout too, or mail is delivered twice");
    if (decoding + scanning > std::max<std::chrono::milliseconds>(deadline, postfix_waits))
      complain(Problem::Severity::error, "CONFIG-LONG-EXAMINATION", value({"scanner"}),
               "decode.time and the scanners' timeouts are " + duration_text(decoding + scanning) + " together, and Postfix waits " +
                   duration_text(postfix_waits) + " for the reply",
               "lower the timeouts; or raise Postfix's smtp_data_done_timeout or lmtp_data_done_timeout, and listen.deadline");
    else if (decoding > deadline)
      complain(Problem::Severity::warning, "CONFIG-SHORT-DEADLINE", where,
               is + "less than decode.time, " + duration_text(decoding),
               "a mail that takes so long to unpack is answered 451, again and again");
    else if (decoding + scanning > deadline)
      complain(Problem::Severity::warning, "CONFIG-SHORT-DEADLINE", where,
               is + "less than decode.time and the scanners' timeouts together, " + duration_text(decoding + scanning),
               "what comes last may find no time left, and the mail is answered 451");
  }
}

void CrossCheck::scanners() {
  const auto& instances = configuration_.instances;
  const auto is_primary = [](const plugin::InstanceSettings& i) {
    return i.kind == plugin::Kind::scanner && !i.backup;
  };
  const auto is_scanner = [](const plugin::InstanceSettings& i) { return i.kind == plugin::Kind::scanner; };
  if (std::any_of(instances.begin(), instances.end(), is_primary)) return;
  const bool has_backup = std::any_of(instances.begin(), instances.end(), is_scanner);
  complain(
      Problem::Severity::warning, "CONFIG-NO-SCANNER", value({"scanner"}),
      has_backup ? "scanner: every scanner is a back-up of no primary" : "scanner: none is enabled: no mail is scanned",
      has_backup ? "give one of them stage = \"primary\"" : "");
}

const Node* CrossCheck::value(std::initializer_list<const char*> path) const {
  const Node* node = &tree_;
  for (const char* name : path) {
    const Member* member = node->find(name);
    if (!member) return nullptr;
    node = &member->value;
  }
  return node;
}

const Node* CrossCheck::listen_value(size_t listener, const char* key) const {
  const Node* listen = value({"listen"});
  if (!listen || listener >= listen->items.size()) return nullptr;
  const Member* member = listen->items[listener].find(key);
  return member ? &member->value : &listen->items[listener];
}

void CrossCheck::complain(Problem::Severity severity, const char* id, const Node* where, std::string text,
                          std::string hint) {
  base::Origin origin = where ? where->origin : base::Origin{};
  if (origin.file.empty()) origin.file = configuration_.file;  // it is the file that does not say it
  problems_.push_back({severity, id, std::move(origin), std::move(text), std::move(hint)});
}

}  // namespace

void cross_check(const Configuration& configuration, const Node& tree, Problems& problems) {
  CrossCheck(configuration, tree, problems).run();
}

}  // namespace postern::config
