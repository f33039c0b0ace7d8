// SPDX-License-Identifier: MIT
// Plug-ins for the tests of other rooms, opened by the real registry and given back at the end.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugin/registry.h"

namespace postern::plugin {

class Loaded {
 public:
  Loaded(const std::vector<InstanceSettings>& settings, std::vector<std::string> directories) {
    RegistrySettings registry;
    registry.directories = std::move(directories);
    registry.check_ownership = registry.probe_process = false;
    prepared = prepare(settings, registry);
    for (const base::Problem& problem : prepared.problems) ADD_FAILURE() << text(problem);
  }
  ~Loaded() {
    for (const auto& instance : prepared.instances) destroy(*instance);
  }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  Prepared prepared;
};

inline InstanceSettings instance(Kind kind, std::string name, std::string plugin,
                                 const std::vector<std::pair<std::string, std::string>>& texts = {}) {
  InstanceSettings settings;
  settings.kind = kind;
  settings.name = std::move(name);
  settings.plugin = std::move(plugin);
  for (const auto& [key, value] : texts) {
    OptionValue v;
    v.text = value;
    const bool is_number = !value.empty() && value.find_first_not_of("0123456789") == value.npos;
    if (is_number) v.type = OptionValue::Type::integer, v.integer = std::stoll(value);
    settings.options.push_back({key, {v}, false, {}});
  }
  return settings;
}

}  // namespace postern::plugin
