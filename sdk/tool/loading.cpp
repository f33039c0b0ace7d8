// SPDX-License-Identifier: MIT
#include "loading.h"

#include <algorithm>
#include <charconv>
#include <iostream>

#include "plugin/elf_check.h"
#include "plugin/options.h"
#include "plugin/probe.h"

namespace postern::tool {
namespace {

// On a command line everything is text; the declared type says what it would be in the file.
plugin::OptionValue value_of(const std::string& text, uint32_t type) {
  plugin::OptionValue value;
  value.text = text;
  value.origin = {"command line", 1, 1};
  if (type == POSTERN_T_BOOL && (text == "true" || text == "false")) {
    value.type = plugin::OptionValue::Type::boolean;
    value.boolean = text == "true";
  } else if (type == POSTERN_T_INT || type == POSTERN_T_SIZE || type == POSTERN_T_DURATION) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value.integer);
    if (error == std::errc() && end == text.data() + text.size()) value.type = plugin::OptionValue::Type::integer;
  }
  return value;
}

uint32_t type_of(const postern_plugin& plugin, const std::string& option) {
  for (uint32_t nth = 0; nth < plugin.option_count; ++nth)
    if (option == plugin::declared_option(plugin, nth).name) return plugin::declared_option(plugin, nth).type;
  return POSTERN_T_STRING;
}

}  // namespace

plugin::Library load(const std::string& file) {
  plugin::Library library{file, {}, plugin::check_elf(file)};
  const auto add = [&](plugin::Problems more) {
    for (base::Problem& problem : more) library.problems.push_back(std::move(problem));
  };
  if (!plugin::has_error(library.problems)) add(plugin::probe_library(file));
  if (plugin::has_error(library.problems)) return library;
  plugin::Library read = plugin::read_library(file, plugin::open_library(file));
  library.plugins = std::move(read.plugins);
  return library;
}

std::vector<plugin::Kind> kinds_of(const postern_plugin& plugin) {
  std::vector<plugin::Kind> kinds;
  for (const plugin::Kind kind : {plugin::Kind::scanner, plugin::Kind::decoder, plugin::Kind::notifier})
    if (plugin::worker_of(plugin, kind)) kinds.push_back(kind);
  return kinds;
}

plugin::InstanceSettings settings_for(const std::string& file, const postern_plugin& plugin, plugin::Kind kind,
                                      const Options& options) {
  plugin::InstanceSettings settings;
  settings.kind = kind;
  settings.name = plugin.id;
  settings.plugin = file;
  for (const auto& [key, text] : options) {
    const std::string& name = key;  // clang 14 does not let a lambda have a structured binding
    auto known =
        std::find_if(settings.options.begin(), settings.options.end(), [&](const auto& o) { return o.name == name; });
    if (known == settings.options.end())
      known = settings.options.insert(known, plugin::OptionSetting{name, {}, false, {"command line", 1, 1}});
    known->values.push_back(value_of(text, type_of(plugin, name)));
    known->is_list = known->values.size() > 1;
  }
  return settings;
}

plugin::Prepared prepare(const plugin::InstanceSettings& settings, const postern_host* host) {
  plugin::RegistrySettings registry;
  registry.check_ownership = registry.probe_process = false;
  registry.host = host;
  return plugin::prepare({settings}, registry);
}

void print(const plugin::Problems& problems) {
  for (const base::Problem& problem : problems) std::cout << plugin::text(problem) << "\n";
}

}  // namespace postern::tool
