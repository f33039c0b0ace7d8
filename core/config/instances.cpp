// SPDX-License-Identifier: MIT
#include "config/instances.h"

#include <algorithm>
#include <iterator>

namespace postern::config {
namespace {

using namespace std::chrono_literals;
using plugin::InstanceSettings;
using plugin::Kind;
using plugin::OptionSetting;
using plugin::OptionValue;

void read_plugin(const Value& value, InstanceSettings& instance) {
  if (!value.is(Node::Kind::text)) return;
  const std::string& text = value.node().text;
  if (text.starts_with('/')) return value.file(instance.plugin);
  if (!is_name(text))
    return value.fail("CONFIG-VALUE", in_quotes(text) + " is not a plug-in",
                      R"(its file name without ".so", or an absolute path: "clamav", "/opt/vendor/engine.so")");
  instance.plugin = text;
}

void read_isolation(const Value& value, InstanceSettings& instance) {
  using plugin::Home;
  Home home = instance.home;
  value.choice<Home>(home, {{"worker", Home::worker}, {"confined", Home::confined}});
  if (instance.kind == Kind::decoder && home == Home::worker)
    return value.fail("CONFIG-VALUE", "a decoder is always confined", "remove the key");
  if (instance.kind == Kind::notifier && home == Home::confined)
    return value.fail("CONFIG-VALUE", "a notifier needs the network, which the confined process has not",
                      "remove the key");
  instance.home = home;
}

void read_on_error(const Value& value, InstanceSettings& instance) {
  using mail::OnError;
  value.choice<OnError>(
      instance.on_error,
      {{"defer", OnError::defer}, {"next", OnError::next}, {"pass-unchecked", OnError::pass_unchecked}});
}

void read_stage(const Value& value, InstanceSettings& instance) {
  value.choice<bool>(instance.backup, {{"primary", false}, {"backup", true}});
}

struct HostKey {
  Key<InstanceSettings> key;
  bool scanners_only;
};

constexpr HostKey all_host_keys[] = {
    {{"plugin", read_plugin}, false},
    {{"enabled", [](const Value& v, InstanceSettings& i) { v.boolean(i.enabled); }}, false},
    {{"isolation", read_isolation}, false},
    {{"timeout", [](const Value& v, InstanceSettings& i) { v.duration(i.timeout, 1ms, 24h); }}, false},
    {{"on-error", read_on_error}, true},
    {{"stage", read_stage}, true},
    {{"self-test", [](const Value& v, InstanceSettings& i) { v.boolean(i.self_test); }}, true},
    {{"max-database-age", [](const Value& v, InstanceSettings& i) { v.duration(i.max_database_age, 0ms, 24h * 365); }}, true},
};

// nullopt after a problem.
std::optional<OptionValue> option_value(const Value& value) {
  OptionValue option;
  option.origin = value.node().origin;
  switch (value.node().kind) {
    case Node::Kind::boolean:
      option.type = OptionValue::Type::boolean;
      option.boolean = value.node().boolean;
      return option;
    case Node::Kind::integer:
      option.type = OptionValue::Type::integer;
      option.integer = value.node().integer;
      return option;
    case Node::Kind::text:
      option.type = OptionValue::Type::text;
      option.text = value.node().text;
      return option;
    case Node::Kind::real:
    case Node::Kind::date:
    case Node::Kind::list:
    case Node::Kind::table:
      break;
  }
  value.fail("CONFIG-TYPE", std::string("a plug-in's option cannot be ") + name(value.node().kind),
             "text, an integer, true or false, or a list of them");
  return std::nullopt;
}

void read_option(const Value& value, const Member& member, InstanceSettings& instance) {
  OptionSetting setting;
  setting.name = member.name;
  setting.origin = member.origin;
  setting.is_list = value.node().kind == Node::Kind::list;
  if (setting.is_list) {
    for (const Node& item : value.node().items)
      if (const auto option = option_value(value.item(item))) setting.values.push_back(*option);
  } else if (const auto option = option_value(value)) {
    setting.values.push_back(*option);
  }
  instance.options.push_back(std::move(setting));
}

void read_member(const Value& value, const Member& member, InstanceSettings& instance) {
  const auto known = std::find_if(std::begin(all_host_keys), std::end(all_host_keys),
                                  [&](const HostKey& host) { return member.name == host.key.name; });
  if (known == std::end(all_host_keys)) return read_option(value, member, instance);
  if (known->scanners_only && instance.kind != Kind::scanner)
    return value.fail("CONFIG-VALUE", "only a scanner has this key", "remove it");
  known->key.read(value, instance);
}

InstanceSettings instance_of(Kind kind, const std::string& name) {
  InstanceSettings instance;
  instance.kind = kind;
  instance.name = instance.plugin = name;
  instance.home = kind == Kind::decoder ? plugin::Home::confined : plugin::Home::worker;
  return instance;
}

}  // namespace

void read_instances(const Value& tables, Kind kind, std::vector<InstanceSettings>& into) {
  if (!tables.is(Node::Kind::table)) return;
  for (const Member& table : tables.node().members) {
    const Value value = tables.member(table);
    if (!is_name(table.name)) {
      value.fail("CONFIG-VALUE", in_quotes(table.name) + " is not a name", "letters, digits, '-' and '_', at most 64");
      continue;
    }
    if (!value.is(Node::Kind::table)) continue;
    InstanceSettings instance = instance_of(kind, table.name);
    instance.origin = table.origin;
    for (const Member& member : table.value.members) read_member(value.member(member), member, instance);
    into.push_back(std::move(instance));
  }
}

void add_default_instances(std::vector<InstanceSettings>& instances) {
  const auto is_named = [&](Kind kind, std::string_view name) {
    return std::any_of(instances.begin(), instances.end(),
                       [&](const InstanceSettings& i) { return i.kind == kind && i.name == name; });
  };
  const bool has_scanner = std::any_of(instances.begin(), instances.end(),
                                       [](const InstanceSettings& i) { return i.kind == Kind::scanner && i.enabled; });
  std::vector<InstanceSettings> all;
  for (const char* decoder : shipped_decoders) {
    const auto named = std::find_if(instances.begin(), instances.end(), [&](const InstanceSettings& i) { return i.kind == Kind::decoder && i.name == decoder; });
    all.push_back(named == instances.end() ? instance_of(Kind::decoder, decoder) : *named);
    if (named != instances.end()) instances.erase(named);
  }
  // A scanner that is switched off replaces nothing: nobody loses the only one without having named it.
  if (!has_scanner && !is_named(Kind::scanner, "clamav")) all.push_back(instance_of(Kind::scanner, "clamav"));
  all.insert(all.end(), std::make_move_iterator(instances.begin()), std::make_move_iterator(instances.end()));
  instances = std::move(all);
  std::erase_if(instances, [](const InstanceSettings& instance) { return !instance.enabled; });
}

std::vector<std::string> host_keys(Kind kind) {
  std::vector<std::string> keys;
  for (const HostKey& host : all_host_keys)
    if (!host.scanners_only || kind == Kind::scanner) keys.emplace_back(host.key.name);
  return keys;
}

}  // namespace postern::config
