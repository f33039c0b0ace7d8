// SPDX-License-Identifier: MIT
// The settings of an instance against the table its plug-in declares: types, ranges, lists, required, unknown names.
// What comes out is complete (defaults filled in) and correct; every complaint carries its place and says what would
// have been right.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/problems.h"
#include "plugin/settings.h"
#include "postern/plugin.h"

namespace postern::plugin {

struct CheckedValue {
  int64_t number = 0;  // BOOL, INT, SIZE (bytes), DURATION (ms), ENUM (index into choices)
  std::string text;
  base::Origin origin;  // of a default: empty
};

struct CheckedOption {
  std::string name;
  uint32_t type = 0, flags = 0;
  std::vector<CheckedValue> values;  // empty: not set, and no default
};

struct CheckedOptions {
  std::vector<CheckedOption> all;  // every declared option, in the order of the table

  const CheckedOption* find(std::string_view name) const;
  CheckedOption* find(std::string_view name);
};

// Ids: PLUGIN-OPTION-UNKNOWN, PLUGIN-OPTION-VALUE, PLUGIN-OPTION-RANGE, PLUGIN-OPTION-LIST, PLUGIN-OPTION-REQUIRED,
// PLUGIN-OPTION-DEPRECATED (warning).
CheckedOptions check_options(const postern_plugin& plugin, const InstanceSettings& settings, Problems& problems);

// The nth declared option; the table's stride may be that of a newer header.
const postern_option& declared_option(const postern_plugin& plugin, uint32_t nth);

// A value as declared: the parsed value, or nullopt and why it is none ("is not a duration (examples: …)"). The range
// is not looked at.
std::optional<CheckedValue> parse_value(const postern_option& option, const OptionValue& value, std::string& why);
// The default of the table: as it would stand in the file, strings without quotes; of a list, separated by commas.
std::optional<std::vector<CheckedValue>> parse_default(const postern_option& option, std::string& why);
bool in_range(const postern_option& option, const CheckedValue& value);

const char* type_name(uint32_t type);  // "duration"; null: unknown

}  // namespace postern::plugin
