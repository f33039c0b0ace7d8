// SPDX-License-Identifier: MIT
// Every setting as a line of text, without origins: two configurations that mean the same are described by the same
// lines.
#pragma once
#include <sstream>
#include <string>

#include "config/configuration.h"

namespace postern::config {

inline std::string describe(const std::vector<policy::Cidr>& ranges) {
  std::string line;
  for (const policy::Cidr& range : ranges) line += range.text() + ' ';
  return line;
}

template <class Wishes>
std::string describe_wishes(const Wishes& wishes) {
  std::string lines;
  const auto flag = [](const std::optional<bool>& f) { return !f ? " -" : *f ? " yes" : " no"; };
  for (const mail::Category category : mail::all_categories) {
    const policy::WishOverlay& wish = wishes[static_cast<size_t>(category)];
    lines += std::string(mail::name(category)) + ' ' + (wish.action ? mail::name(*wish.action) : "-") +
             flag(wish.quarantine) + flag(wish.notify_admin) + '\n';
  }
  return lines;
}

inline std::string describe(const plugin::InstanceSettings& i) {
  std::ostringstream out;
  out << plugin::name(i.kind) << ' ' << i.name << " = " << i.plugin << (i.enabled ? "" : " off")
      << (i.home == plugin::Home::confined ? " confined " : " worker ") << i.timeout.count() << "ms "
      << static_cast<int>(i.on_error) << (i.backup ? " backup" : " primary") << (i.self_test ? "" : " untested");
  if (i.max_database_age.count() != 0) out << " at most " << i.max_database_age.count() << "ms old";
  for (const plugin::OptionSetting& option : i.options) {
    out << ' ' << option.name << (option.is_list ? "[]=" : "=");
    for (const plugin::OptionValue& value : option.values) {
      switch (value.type) {
        case plugin::OptionValue::Type::boolean:
          out << (value.boolean ? "true;" : "false;");
          break;
        case plugin::OptionValue::Type::integer:
          out << value.integer << ';';
          break;
        case plugin::OptionValue::Type::text:
          out << '\'' << value.text << "';";
          break;
      }
    }
  }
  return out.str();
}

inline std::string describe(const Configuration& c) {
  std::ostringstream out;
  const DaemonSettings& d = c.daemon;
  out << "daemon " << d.user << '|' << d.engine_user << '|' << d.runtime_directory << '|' << d.control_socket << '|'
      << d.workers << '|' << static_cast<int>(d.log.level) << '|' << d.log.file << '|' << d.mail_log << '\n';
  for (const receive::Listener& l : c.receive.listeners) {
    out << "listen " << l.address << '|' << l.unix_mode << '|' << l.deadline.count() << '|' << describe(l.clients)
        << '|' << describe(l.xforward_clients) << '|';
    for (const std::string& bank : l.policy_banks) out << bank << ' ';
    out << '\n';
  }
  const receive::Settings& r = c.receive;
  out << "receive " << r.hostname << '|' << r.size_limit << '|' << r.recipient_limit << '|' << r.connection_limit << '|'
      << r.idle_timeout.count() << '|' << r.session_timeout.count() << '|' << r.waiting_limit << '|'
      << r.spool_directory << '|' << r.spool_memory_limit << '\n';
  const policy::Limits& l = c.policy.limits();
  out << "decode " << l.depth << '|' << l.parts << '|' << l.bytes << '|' << l.min_bytes << '|' << l.ratio << '|'
      << l.time.count() << '|' << l.memory << '\n';
  out << "scan " << c.scan.head_start.count() << '|' << c.scan.score_infected << '|' << c.scan.cache_size << '|' << c.scan.cache_time.count() << '\n';
  out << "deliver " << c.deliver.helo << '|' << c.deliver.connect_timeout.count() << '|'
      << c.deliver.command_timeout.count() << '|' << c.deliver.keep_idle.count() << '|';
  for (const deliver::NextHop& hop : c.deliver.next_hops) out << hop.text() << ' ';
  policy::Policy policy = c.policy;
  out << "\npolicy\n" << describe_wishes(policy.base());
  for (const policy::Bank& bank : policy.banks())
    out << "bank " << bank.name << ' ' << describe(bank.clients) << '\n' << describe_wishes(bank.wishes);
  const mail::SpamLevels& levels = policy.levels();
  out << "levels " << levels.tag << ' ' << levels.tag2 << ' ' << levels.kill << '\n';
  for (const policy::VirusName& row : policy.virus_names().rows())
    out << "virus name " << row.match.text() << ' ' << row.points.value_or(-1) << ' ' << row.bank << '\n';
  out << "banned by";
  for (const std::string& set : policy.banned_rules()) out << ' ' << set;
  for (const policy::RuleSet& set : policy.rule_sets()) {
    out << "\nrules " << set.name;
    for (const policy::Rule& rule : set.rules)
      out << "\n  " << rule.name << (rule.allow ? " allow " : " ban ") << (rule.file_name ? rule.file_name->text() : "") << ' ' << rule.types.size() << ' ' << rule.marks;
  }
  out << "\nheader";
  for (const judge::HeaderCheck check : judge::all_header_checks)
    if (c.header_checks.has(check)) out << ' ' << judge::name(check);
  out << '\n';
  out << "quarantine " << c.quarantine_directory << "\nplugins";
  for (const std::string& path : c.plugin_path) out << ' ' << path;
  out << '\n';
  for (const plugin::InstanceSettings& i : c.instances) out << describe(i) << '\n';
  return out.str();
}

}  // namespace postern::config
