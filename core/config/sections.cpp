// SPDX-License-Identifier: MIT
#include "config/sections.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "config/instances.h"

namespace postern::config {
namespace {

using namespace std::chrono_literals;
using mail::Category;

constexpr uint64_t tebibyte = 1ull << 40;
constexpr uint32_t million = 1'000'000;
constexpr auto shortest = 1ms, longest = std::chrono::milliseconds(24h);

std::string machine_name() {
  char buffer[256] = {};
  return ::gethostname(buffer, sizeof buffer - 1) == 0 && buffer[0] ? buffer : "localhost";
}

std::vector<policy::Cidr> this_machine() {
  return {*policy::Cidr::parse("127.0.0.0/8"), *policy::Cidr::parse("::1")};
}

// ---- [[listen]]

struct ListenerDraft {
  receive::Listener listener;
  bool names_xforward_clients = false;
};

void read_listen_address(const Value& value, ListenerDraft& draft) {
  if (!value.is(Node::Kind::text)) return;
  if (!support::Endpoint::parse(value.node().text))
    return value.fail("CONFIG-VALUE", in_quotes(value.node().text) + " is not an address to listen on",
                      R"(examples: "127.0.0.1:10024", "[::1]:10024", "unix:/run/postern/smtp.sock")");
  draft.listener.address = value.node().text;
}

// As chmod(1) writes it. A TOML integer would be decimal to its reader: 660 is 01224.
void read_mode(const Value& value, ListenerDraft& draft) {
  const char* hint = "write the octal digits as text: \"0660\"";
  if (value.node().kind != Node::Kind::text) return value.fail("CONFIG-TYPE", "must be text", hint);
  const std::string& text = value.node().text;
  uint32_t mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (error != std::errc{} || end != text.data() + text.size() || mode > 0777)
    return value.fail("CONFIG-VALUE", in_quotes(text) + " is not a file mode", hint);
  draft.listener.unix_mode = mode;
}

void read_listener_banks(const Value& value, ListenerDraft& draft) {
  draft.listener.policy_banks.clear();
  for (const Value& name : value.texts()) draft.listener.policy_banks.push_back(name.node().text);
}

void read_clients(const Value& value, ListenerDraft& draft) {
  if (value.node().kind == Node::Kind::list && value.node().items.empty())
    return value.fail("CONFIG-VALUE", "must name at least one range", "without the key: 127.0.0.0/8 and ::1");
  value.ranges(draft.listener.clients);
}

void read_xforward_clients(const Value& value, ListenerDraft& draft) {
  draft.names_xforward_clients = true;
  value.ranges(draft.listener.xforward_clients);
}

constexpr Key<ListenerDraft> listen_keys[] = {
    {"address", read_listen_address},
    {"mode", read_mode},
    {"policy-bank", read_listener_banks},
    {"deadline", [](const Value& v, ListenerDraft& d) { v.duration(d.listener.deadline, shortest, longest); }},
    {"clients", read_clients},
    {"xforward-clients", read_xforward_clients},
};

receive::Listener read_listener(const Value& value) {
  ListenerDraft draft;
  draft.listener.origin = value.node().origin;
  draft.listener.clients = this_machine();
  read_table(value, listen_keys, draft);
  if (!draft.names_xforward_clients) draft.listener.xforward_clients = draft.listener.clients;
  return draft.listener;
}

void read_listen(const Value& value, Configuration& into) {
  if (value.node().kind != Node::Kind::list)
    return value.fail("CONFIG-TYPE", std::string("must be a list of tables, not ") + name(value.node().kind),
                      "write [[listen]]");
  if (value.node().items.empty())
    return value.fail("CONFIG-VALUE", "names no listener", "without the key: one on 127.0.0.1:10024");
  into.receive.listeners.clear();
  for (const Node& item : value.node().items) into.receive.listeners.push_back(read_listener(value.item(item)));
}

// ---- [receive]

using receive::Settings;

constexpr Key<Settings> receive_keys[] = {
    {"hostname",
     [](const Value& v, Settings& s) {
       v.text(s.hostname);
       if (s.hostname.empty()) s.hostname = machine_name();
     }},
    {"size-limit", [](const Value& v, Settings& s) { v.size(s.size_limit, 1, tebibyte); }},
    {"recipient-limit", [](const Value& v, Settings& s) { v.count(s.recipient_limit, 1, million); }},
    {"connection-limit", [](const Value& v, Settings& s) { v.count(s.connection_limit, 1, million); }},
    {"idle-timeout", [](const Value& v, Settings& s) { v.duration(s.idle_timeout, shortest, longest); }},
    {"session-timeout", [](const Value& v, Settings& s) { v.duration(s.session_timeout, shortest, longest); }},
    {"waiting-limit", [](const Value& v, Settings& s) { v.count(s.waiting_limit, 0, million); }},
    {"spool-directory", [](const Value& v, Settings& s) { v.directory(s.spool_directory); }},
    {"spool-memory", [](const Value& v, Settings& s) { v.size(s.spool_memory_limit, 0, tebibyte); }},
};

// ---- [deliver]

using deliver::CourierSettings;

void read_next_hops(const Value& value, CourierSettings& courier) {
  std::vector<deliver::NextHop> hops;
  const std::vector<Value> texts = value.texts();
  if (value.node().kind == Node::Kind::list && value.node().items.empty())
    return value.fail("CONFIG-VALUE", "must name at least one next hop", R"(example: "smtp:[127.0.0.1]:10025")");
  for (const Value& text : texts) {
    if (const auto hop = deliver::NextHop::parse(text.node().text))
      hops.push_back(*hop);
    else
      text.fail("CONFIG-VALUE", in_quotes(text.node().text) + " is not a next hop",
                R"(examples: "smtp:[127.0.0.1]:10025", "smtp:mx.example.org:25", "lmtp:unix:/run/dovecot/lmtp")");
  }
  courier.next_hops = std::move(hops);
}

void read_helo(const Value& value, CourierSettings& courier) {
  if (value.node().kind == Node::Kind::text && value.node().text.empty())
    return value.fail("CONFIG-VALUE", "must not be empty");
  value.text(courier.helo);
}

constexpr Key<CourierSettings> deliver_keys[] = {
    {"next-hop", read_next_hops},
    {"helo", read_helo},
    {"connect-timeout", [](const Value& v, CourierSettings& c) { v.duration(c.connect_timeout, shortest, longest); }},
    {"command-timeout", [](const Value& v, CourierSettings& c) { v.duration(c.command_timeout, shortest, longest); }},
    {"keep-idle", [](const Value& v, CourierSettings& c) { v.duration(c.keep_idle, 0ms, longest); }},
};

// ---- [decode]

using policy::LimitsOverlay;

template <class Number>
void read_amount(const Value& value, std::optional<Number>& into, Number least, Number most) {
  Number number = least;
  if constexpr (sizeof(Number) == sizeof(uint64_t)) value.size(number, least, most);
  else value.count(number, least, most);
  into = number;
}

constexpr Key<LimitsOverlay> limit_keys[] = {
    {"depth", [](const Value& v, LimitsOverlay& l) { read_amount<uint32_t>(v, l.depth, 1, 1000); }},
    {"parts", [](const Value& v, LimitsOverlay& l) { read_amount<uint32_t>(v, l.parts, 1, million); }},
    {"bytes", [](const Value& v, LimitsOverlay& l) { read_amount<uint64_t>(v, l.bytes, 1, tebibyte); }},
    {"min-bytes", [](const Value& v, LimitsOverlay& l) { read_amount<uint64_t>(v, l.min_bytes, 0, tebibyte); }},
    {"ratio", [](const Value& v, LimitsOverlay& l) { read_amount<uint32_t>(v, l.ratio, 1, million); }},
    {"time", [](const Value& v, LimitsOverlay& l) { v.duration(l.time.emplace(), shortest, longest); }},
};

// The confined process itself, its libraries and the largest mail must fit.
constexpr Key<LimitsOverlay> memory_key[] = {
    {"memory", [](const Value& v, LimitsOverlay& l) { read_amount<uint64_t>(v, l.memory, 64ull << 20, tebibyte); }},
};

// Two lists of keys of one table.
template <class Target, size_t n, size_t m>
constexpr std::array<Key<Target>, n + m> joined(const Key<Target> (&some)[n], const Key<Target> (&others)[m]) {
  std::array<Key<Target>, n + m> all{};
  std::copy(std::begin(others), std::end(others), std::copy(std::begin(some), std::end(some), all.begin()));
  return all;
}

constexpr auto decode_keys = joined(limit_keys, memory_key);

void read_decode(const Value& value, Configuration& into) {
  LimitsOverlay limits;
  read_table(value, decode_keys, limits);
  limits.apply_to(into.policy.limits());
}

// ---- [scan]

constexpr Key<scan::Settings> scan_keys[] = {
    {"head-start", [](const Value& v, scan::Settings& s) { v.duration(s.head_start, 0ms, longest); }},
    {"score-infected", [](const Value& v, scan::Settings& s) { v.boolean(s.score_infected); }},
    {"verdict-cache", [](const Value& v, scan::Settings& s) { v.size(s.cache_size, 0, 1ull << 32); }},
    {"verdict-time", [](const Value& v, scan::Settings& s) { v.duration(s.cache_time, 1000ms, longest); }},
};

// ---- [banned-rules.NAME]

using policy::Rule;

void read_types(const Value& value, Rule& rule) {
  for (const Value& type : value.texts()) {
    std::string text = type.node().text;
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const size_t slash = text.find('/');
    if (slash == 0 || slash == std::string::npos || text.find('/', slash + 1) != std::string::npos)
      type.fail("CONFIG-VALUE", in_quotes(type.node().text) + " is not a type", R"(examples: "application/x-msdownload", "video/" for all of them)");
    else
      rule.types.push_back(std::move(text));
  }
}

void read_marks(const Value& value, Rule& rule) {
  for (const Value& mark : value.texts()) {
    policy::Mark one{};
    const auto has_none = rule.marks;
    mark.choice<policy::Mark>(one, {{name(policy::Mark::encrypted), policy::Mark::encrypted},
                                    {name(policy::Mark::undecipherable), policy::Mark::undecipherable},
                                    {name(policy::Mark::macro), policy::Mark::macro},
                                    {name(policy::Mark::ambiguous), policy::Mark::ambiguous}});
    rule.marks = has_none | 1u << static_cast<uint32_t>(one);
  }
}

void read_file_name(const Value& value, Rule& rule) {
  if (!value.is(Node::Kind::text)) return;
  policy::Pattern pattern(value.node().text);
  if (!pattern.error().empty())
    return value.fail("CONFIG-VALUE", in_quotes(value.node().text) + " is not a regular expression: " + pattern.error(),
                      R"(RE2 syntax, in single quotes so that \ needs no doubling: '\.(exe|scr)$')");
  rule.file_name = std::move(pattern);
}

constexpr Key<Rule> rule_keys[] = {
    {"name", [](const Value& v, Rule& r) { v.text(r.name); }},
    {"file-name", read_file_name},
    {"type", read_types},
    {"is", read_marks},
    {"allow", [](const Value& v, Rule& r) { v.boolean(r.allow); }},
};

void read_rule(const Value& value, policy::RuleSet& set) {
  Rule rule;
  rule.origin = value.node().origin;
  rule.name = "rule " + std::to_string(set.rules.size() + 1) + " of " + set.name;
  read_table(value, rule_keys, rule);
  const bool has_condition = value.node().kind == Node::Kind::table && (value.node().find("file-name") || value.node().find("type") || value.node().find("is"));
  if (value.node().kind == Node::Kind::table && !has_condition)
    return value.fail("CONFIG-VALUE", "this rule has no condition: it would fit every part", "give it file-name, type or is");
  set.rules.push_back(std::move(rule));
}

void read_rule_sets(const Value& value, Configuration& into) {
  if (!value.is(Node::Kind::table)) return;
  for (const Member& member : value.node().members) {
    const Value list = value.member(member);
    if (!is_name(member.name)) {
      list.fail("CONFIG-VALUE", in_quotes(member.name) + " is not a name", "letters, digits, '-' and '_', at most 64");
      continue;
    }
    if (list.node().kind != Node::Kind::list) {
      list.fail("CONFIG-TYPE", std::string("must be a list of tables, not ") + name(list.node().kind), "write [[banned-rules." + member.name + "]]");
      continue;
    }
    policy::RuleSet set{member.name, {}};
    for (const Node& item : list.node().items) read_rule(list.item(item), set);
    auto& sets = into.policy.rule_sets();
    std::erase_if(sets, [&](const policy::RuleSet& s) { return s.name == set.name; });  // "default" may be replaced
    sets.push_back(std::move(set));
  }
}

// ---- [[virus-name]]

using policy::VirusName;

void read_match(const Value& value, VirusName& row) {
  if (!value.is(Node::Kind::text)) return;
  row.match = policy::Pattern(value.node().text);
  if (!row.match.error().empty())
    value.fail("CONFIG-VALUE", in_quotes(value.node().text) + " is not a regular expression: " + row.match.error(),
               R"(RE2 syntax, in single quotes so that \ needs no doubling: '^Heuristics\.Phishing\.')");
}

constexpr Key<VirusName> virus_name_keys[] = {
    {"match", read_match},
    {"score", [](const Value& v, VirusName& r) { v.points(r.points.emplace()); }},
    {"policy-bank", [](const Value& v, VirusName& r) { v.text(r.bank); }},
};

// The file's rows come before the built-in ones, so that they can say otherwise.
void read_virus_names(const Value& value, Configuration& into) {
  if (value.node().kind != Node::Kind::list)
    return value.fail("CONFIG-TYPE", std::string("must be a list of tables, not ") + name(value.node().kind), "write [[virus-name]]");
  std::vector<VirusName> rows;
  for (const Node& item : value.node().items) {
    VirusName row{policy::Pattern(""), std::nullopt, {}, item.origin};
    const Value table = value.item(item);
    read_table(table, virus_name_keys, row);
    if (item.kind == Node::Kind::table && !item.find("match"))
      table.fail("CONFIG-VALUE", "this row has no match: it would fit every name", "give it match = 'a pattern'");
    else
      rows.push_back(std::move(row));
  }
  auto& all = into.policy.virus_names().rows();
  all.insert(all.begin(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
}

// ---- [header-checks]

using judge::HeaderChecks;

template <judge::HeaderCheck check>
void read_header_check(const Value& value, HeaderChecks& checks) {
  bool is_on = checks.has(check);
  value.boolean(is_on);
  checks.set(check, is_on);
}

constexpr Key<HeaderChecks> header_check_keys[] = {
    {"other", read_header_check<judge::HeaderCheck::other>},
    {"mime", read_header_check<judge::HeaderCheck::mime>},
    {"syntax", read_header_check<judge::HeaderCheck::syntax>},
    {"empty", read_header_check<judge::HeaderCheck::empty>},
    {"long", read_header_check<judge::HeaderCheck::too_long>},
    {"control", read_header_check<judge::HeaderCheck::control>},
    {"8bit", read_header_check<judge::HeaderCheck::eight_bit>},
    {"utf8", read_header_check<judge::HeaderCheck::utf8>},
    {"missing", read_header_check<judge::HeaderCheck::missing>},
    {"multiple", read_header_check<judge::HeaderCheck::multiple>},
};

// ---- [policy], [policy-bank.NAME]

using policy::Bank;
using policy::WishOverlay;

constexpr Key<WishOverlay> wish_keys[] = {
    {"action",
     [](const Value& v, WishOverlay& w) {
       using mail::Action;
       Action action = w.action.value_or(Action::pass);
       v.choice<Action>(action, {{mail::name(Action::pass), Action::pass},
                                 {mail::name(Action::discard), Action::discard},
                                 {mail::name(Action::reject), Action::reject},
                                 {mail::name(Action::defer), Action::defer}});
       w.action = action;
       w.origin = v.node().origin;
     }},
    {"quarantine", [](const Value& v, WishOverlay& w) { v.boolean(w.quarantine.emplace()); }},
    {"notify-admin", [](const Value& v, WishOverlay& w) { v.boolean(w.notify_admin.emplace()); }},
};

template <Category category>
void read_wish(const Value& value, Bank& bank) {
  WishOverlay& wish = bank.wishes[static_cast<size_t>(category)];
  wish.origin = value.node().origin;  // the action's own place where it says one
  read_table(value, wish_keys, wish);
}

// Spam has its levels beside the wishes.
struct SpamWish : WishOverlay {
  policy::LevelsOverlay levels;
};

constexpr Key<SpamWish> spam_keys[] = {
    {wish_keys[0].name, [](const Value& v, SpamWish& s) { wish_keys[0].read(v, s); }},
    {wish_keys[1].name, [](const Value& v, SpamWish& s) { wish_keys[1].read(v, s); }},
    {wish_keys[2].name, [](const Value& v, SpamWish& s) { wish_keys[2].read(v, s); }},
    {"tag", [](const Value& v, SpamWish& s) { v.points(s.levels.tag.emplace()); }},
    {"tag2", [](const Value& v, SpamWish& s) { v.points(s.levels.tag2.emplace()); }},
    {"kill", [](const Value& v, SpamWish& s) { v.points(s.levels.kill.emplace()); }},
};

void read_spam(const Value& value, Bank& bank) {
  WishOverlay& wish = bank.wishes[static_cast<size_t>(Category::spam)];
  SpamWish spam{wish, bank.levels};
  spam.origin = value.node().origin;
  read_table(value, spam_keys, spam);
  wish = spam;
  bank.levels = spam.levels;
}

void read_banned_rules(const Value& value, Bank& bank) {
  auto& names = bank.banned_rules.emplace();
  for (const Value& name : value.texts()) names.push_back(name.node().text);
}

// Clean mail passes and what we could not examine waits: there is nothing to configure.
constexpr Key<Bank> wish_table_keys[] = {
    {"virus", read_wish<Category::infected>},       {"banned", read_wish<Category::banned>},
    {"unchecked", read_wish<Category::unchecked>},  {"encrypted", read_wish<Category::encrypted>},
    {"ambiguous", read_wish<Category::ambiguous>},  {"over-limit", read_wish<Category::over_limit>},
    {"crashed", read_wish<Category::crashed>},      {"bad-header", read_wish<Category::bad_header>},
    {"spam", read_spam},                            {"spammy", read_wish<Category::spammy>},
};

void read_recipients(const Value& value, Bank& bank) {
  for (const Value& text : value.texts()) {
    if (const auto pattern = policy::AddressPattern::parse(text.node().text))
      bank.recipients.push_back(*pattern);
    else
      text.fail("CONFIG-VALUE", in_quotes(text.node().text) + " is not an address or domain",
                R"(examples: "user@example.org", "user@", "example.org", ".example.org" with its subdomains)");
  }
}

constexpr Key<Bank> when_keys[] = {
    {"client", [](const Value& v, Bank& b) { v.ranges(b.clients); }},
    {"recipient", read_recipients},
};

constexpr Key<Bank> base_only_keys[] = {{"banned-rules", read_banned_rules}};
constexpr Key<Bank> bank_only_keys[] = {
    {"when", [](const Value& v, Bank& b) { read_table(v, when_keys, b); }},
    {"banned-rules", read_banned_rules},
    {"decode", [](const Value& v, Bank& b) { read_table(v, limit_keys, b.limits); }},
};
constexpr auto policy_keys = joined(wish_table_keys, base_only_keys);
constexpr auto bank_keys = joined(wish_table_keys, bank_only_keys);

void read_policy(const Value& value, Configuration& into) {
  Bank base;
  base.wishes = into.policy.base();
  read_table(value, policy_keys, base);
  into.policy.base() = base.wishes;
  base.levels.apply_to(into.policy.levels());
  if (base.banned_rules) into.policy.banned_rules() = *base.banned_rules;
}

void read_banks(const Value& value, Configuration& into) {
  if (!value.is(Node::Kind::table)) return;
  for (const Member& member : value.node().members) {
    const Value table = value.member(member);
    if (!is_name(member.name)) {
      table.fail("CONFIG-VALUE", in_quotes(member.name) + " is not a name", "letters, digits, '-' and '_', at most 64");
      continue;
    }
    Bank bank;
    bank.name = member.name;
    read_table(table, bank_keys, bank);
    if (!bank.recipients.empty() && !bank.limits.is_empty())
      table.fail("CONFIG-VALUE", "a bank with when.recipient cannot have decode: a mail is unpacked once for all its recipients",
                 "put decode into a bank with when.client, or into one that a listener names");
    into.policy.banks().push_back(std::move(bank));
  }
}

// ---- [quarantine], [daemon], [log], [plugins]

constexpr Key<Configuration> quarantine_keys[] = {
    {"directory", [](const Value& v, Configuration& c) { v.directory(c.quarantine_directory); }},
};

constexpr Key<DaemonSettings> daemon_keys[] = {
    {"user", [](const Value& v, DaemonSettings& d) { v.name(d.user); }},
    {"engine-user", [](const Value& v, DaemonSettings& d) { v.optional_name(d.engine_user); }},
    {"runtime-directory", [](const Value& v, DaemonSettings& d) { v.directory(d.runtime_directory); }},
    {"control-socket", [](const Value& v, DaemonSettings& d) { v.file(d.control_socket); }},
    {"workers", [](const Value& v, DaemonSettings& d) { v.count(d.workers, 1, 1024); }},
    {"worker-memory", [](const Value& v, DaemonSettings& d) { v.size(d.worker_memory, 128ull << 20, tebibyte); }},
};

constexpr Key<DaemonSettings> log_keys[] = {
    {"level",
     [](const Value& v, DaemonSettings& d) {
       using base::log::Level;
       v.choice<Level>(d.log.level, {{"debug", Level::debug},
                                     {"info", Level::info},
                                     {"notice", Level::notice},
                                     {"warning", Level::warning},
                                     {"error", Level::error}});
     }},
    {"file", [](const Value& v, DaemonSettings& d) { v.file(d.log.file); }},
    {"mail-json", [](const Value& v, DaemonSettings& d) { v.file(d.mail_log); }},
};

void read_plugin_path(const Value& value, Configuration& into) {
  into.plugin_path.clear();
  for (const Value& text : value.texts()) text.directory(into.plugin_path.emplace_back());
}

constexpr Key<Configuration> plugins_keys[] = {
    {"path", read_plugin_path},
};

// ---- all of them

constexpr Key<Configuration> root_keys[] = {
    {"listen", read_listen},
    {"receive", [](const Value& v, Configuration& c) { read_table(v, receive_keys, c.receive); }},
    {"deliver", [](const Value& v, Configuration& c) { read_table(v, deliver_keys, c.deliver); }},
    {"decode", read_decode},
    {"scan", [](const Value& v, Configuration& c) { read_table(v, scan_keys, c.scan); }},
    {"policy", read_policy},
    {"policy-bank", read_banks},
    {"banned-rules", read_rule_sets},
    {"virus-name", read_virus_names},
    {"header-checks", [](const Value& v, Configuration& c) { read_table(v, header_check_keys, c.header_checks); }},
    {"quarantine", [](const Value& v, Configuration& c) { read_table(v, quarantine_keys, c); }},
    {"daemon", [](const Value& v, Configuration& c) { read_table(v, daemon_keys, c.daemon); }},
    {"log", [](const Value& v, Configuration& c) { read_table(v, log_keys, c.daemon); }},
    {"plugins", [](const Value& v, Configuration& c) { read_table(v, plugins_keys, c); }},
    {"scanner", [](const Value& v, Configuration& c) { read_instances(v, plugin::Kind::scanner, c.instances); }},
    {"decoder", [](const Value& v, Configuration& c) { read_instances(v, plugin::Kind::decoder, c.instances); }},
    {"notifier", [](const Value& v, Configuration& c) { read_instances(v, plugin::Kind::notifier, c.instances); }},
};

void add(std::vector<std::string>& all, const std::string& table, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) all.push_back(table + '.' + key);
}

}  // namespace

void read_sections(const Value& root, Configuration& into) {
  read_table(root, root_keys, into);
  add_default_instances(into.instances);
  if (into.daemon.control_socket.empty()) into.daemon.control_socket = into.daemon.runtime_directory + "/control.sock";
}

Configuration defaults() {
  Configuration configuration;
  receive::Listener& listener = configuration.receive.listeners.front();
  listener.clients = listener.xforward_clients = this_machine();
  configuration.receive.hostname = machine_name();
  configuration.deliver.next_hops.push_back(*deliver::NextHop::parse("smtp:[127.0.0.1]:10025"));
  return configuration;
}

std::vector<std::string> known_keys() {
  std::vector<std::string> all;
  add(all, "listen", names(listen_keys));
  add(all, "receive", names(receive_keys));
  add(all, "deliver", names(deliver_keys));
  add(all, "decode", names(decode_keys));
  add(all, "scan", names(scan_keys));
  for (const std::string& category : names(wish_table_keys)) {
    add(all, "policy." + category, names(wish_keys));
    add(all, "policy-bank.NAME." + category, names(wish_keys));
  }
  for (const char* level : {"tag", "tag2", "kill"})
    for (const char* table : {"policy.spam", "policy-bank.NAME.spam"}) add(all, table, {level});
  add(all, "virus-name", names(virus_name_keys));
  add(all, "policy", names(base_only_keys));
  add(all, "policy-bank.NAME", {"banned-rules"});
  add(all, "policy-bank.NAME.decode", names(limit_keys));
  add(all, "banned-rules.NAME", names(rule_keys));
  add(all, "header-checks", names(header_check_keys));
  add(all, "policy-bank.NAME.when", names(when_keys));
  add(all, "quarantine", names(quarantine_keys));
  add(all, "daemon", names(daemon_keys));
  add(all, "log", names(log_keys));
  add(all, "plugins", names(plugins_keys));
  for (const plugin::Kind kind : {plugin::Kind::scanner, plugin::Kind::decoder, plugin::Kind::notifier})
    add(all, std::string(plugin::name(kind)) + ".NAME", host_keys(kind));
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace postern::config
