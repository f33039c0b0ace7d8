// SPDX-License-Identifier: MIT
#include "plugin/options.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/log.h"
#include "base/suggest.h"
#include "postern/support/stream.h"

namespace postern::plugin {
namespace {

struct Unit {
  std::string_view name;
  int64_t factor;
};
constexpr Unit size_units[] = {{"", 1},          {"B", 1},           {"K", 1ll << 10}, {"KiB", 1ll << 10},
                               {"M", 1ll << 20}, {"MiB", 1ll << 20}, {"G", 1ll << 30}, {"GiB", 1ll << 30},
                               {"T", 1ll << 40}, {"TiB", 1ll << 40}};
constexpr Unit duration_units[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};

std::string quoted(std::string_view text) {
  return "\"" + base::log::printable(text, 80) + "\"";
}

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Digits and one of the units: "10MiB", "500ms".
template <size_t n>
std::optional<int64_t> number_with_unit(std::string_view text, const Unit (&units)[n]) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = whole_number(text.substr(0, digits));
  if (!number) return std::nullopt;
  for (const Unit& unit : units) {
    if (unit.name != text.substr(digits)) continue;
    if (*number > INT64_MAX / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  while (true) {
    const size_t at = text.find(separator);
    std::string_view piece = text.substr(0, at);
    while (piece.starts_with(' ')) piece.remove_prefix(1);
    while (piece.ends_with(' ')) piece.remove_suffix(1);
    pieces.emplace_back(piece);
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

// As the person wrote it, for the complaint; a secret is never repeated.
std::string shown(const postern_option& option, const OptionValue& value) {
  if (option.flags & POSTERN_OPT_SECRET) return "the value";
  switch (value.type) {
    case OptionValue::Type::boolean:
      return value.boolean ? "true" : "false";
    case OptionValue::Type::integer:
      return std::to_string(value.integer);
    case OptionValue::Type::text:
      return quoted(value.text);
  }
  return {};
}

std::string plain(const OptionValue& value) {
  switch (value.type) {
    case OptionValue::Type::boolean:
      return value.boolean ? "true" : "false";
    case OptionValue::Type::integer:
      return std::to_string(value.integer);
    case OptionValue::Type::text:
      return value.text;
  }
  return {};
}

std::optional<int64_t> as_boolean(const OptionValue& value) {
  if (value.type != OptionValue::Type::boolean) return std::nullopt;
  return value.boolean ? 1 : 0;
}

std::optional<int64_t> as_integer(const OptionValue& value) {
  if (value.type != OptionValue::Type::integer) return std::nullopt;
  return value.integer;
}

std::optional<int64_t> as_size(const OptionValue& value) {
  if (value.type == OptionValue::Type::integer && value.integer >= 0) return value.integer;
  if (value.type != OptionValue::Type::text) return std::nullopt;
  return number_with_unit(value.text, size_units);
}

// A bare number could be seconds or milliseconds to its reader, so only 0 goes without a unit.
std::optional<int64_t> as_duration(const OptionValue& value) {
  if (value.type == OptionValue::Type::integer && value.integer == 0) return 0;
  if (value.type != OptionValue::Type::text) return std::nullopt;
  return number_with_unit(value.text, duration_units);
}

std::optional<int64_t> as_choice(const postern_option& option, const OptionValue& value, std::string& why) {
  const std::vector<std::string> choices = split(option.choices, '|');
  const auto found = std::find(choices.begin(), choices.end(), plain(value));
  if (value.type == OptionValue::Type::text && found != choices.end()) return found - choices.begin();
  why = "is none of ";
  for (size_t i = 0; i < choices.size(); ++i) why += (i ? ", " : "") + quoted(choices[i]);
  if (const std::string meant = base::did_you_mean(plain(value), choices); !meant.empty()) why += "; " + meant;
  return std::nullopt;
}

// A line of the file becomes a string of the plug-in's C, so NUL cannot be in it.
bool is_text(const OptionValue& value) {
  return value.type == OptionValue::Type::text && value.text.find('\0') == std::string::npos;
}

std::optional<int64_t> number_of(const postern_option& option, const OptionValue& value, std::string& why) {
  const auto otherwise = [&](const char* explanation) { why = explanation; };
  switch (option.type) {
    case POSTERN_T_BOOL:
      otherwise("is not true or false (without quotes)");
      return as_boolean(value);
    case POSTERN_T_INT:
      otherwise("is not a whole number");
      return as_integer(value);
    case POSTERN_T_SIZE:
      otherwise("is not a size (examples: 4096, 64K, 10MiB, 2G)");
      return as_size(value);
    case POSTERN_T_DURATION:
      otherwise("is not a duration (examples: 500ms, 30s, 5m)");
      return as_duration(value);
    case POSTERN_T_ENUM:
      return as_choice(option, value, why);
    case POSTERN_T_STRING:
      otherwise("is not a string");
      return is_text(value) ? std::optional<int64_t>(0) : std::nullopt;
    case POSTERN_T_PATH:
      otherwise("is not an absolute path (it begins with /)");
      return is_text(value) && value.text.starts_with('/') ? std::optional<int64_t>(0) : std::nullopt;
    case POSTERN_T_ENDPOINT:
      otherwise("is not an endpoint (examples: \"unix:/run/x.sock\", \"localhost:3310\", \"[::1]:3310\")");
      return is_text(value) && support::Endpoint::parse(value.text) ? std::optional<int64_t>(0) : std::nullopt;
    default:
      otherwise("has a type this program does not know");
      return std::nullopt;
  }
}

// A default is text; what it is in a file depends on its type.
OptionValue as_in_file(const postern_option& option, const std::string& text) {
  OptionValue value;
  value.text = text;
  if (option.type == POSTERN_T_BOOL && (text == "true" || text == "false")) {
    value.type = OptionValue::Type::boolean;
    value.boolean = text == "true";
  } else if (option.type == POSTERN_T_INT || option.type == POSTERN_T_SIZE || option.type == POSTERN_T_DURATION) {
    if (const auto number = whole_number(text)) {
      value.type = OptionValue::Type::integer;
      value.integer = *number;
    }
  }
  return value;
}

std::string with_default(const postern_option& option) {
  return option.deflt ? "; the default is " + (*option.deflt ? std::string(option.deflt) : std::string("empty"))
                      : std::string();
}

std::string amount(const postern_option& option, int64_t number) {
  if (option.type != POSTERN_T_DURATION) return std::to_string(number);
  const auto best = std::find_if(std::rbegin(duration_units), std::rend(duration_units),
                                 [&](const Unit& unit) { return number != 0 && number % unit.factor == 0; });
  return best == std::rend(duration_units) ? "0s" : std::to_string(number / best->factor) + std::string(best->name);
}

// One instance's options on their way from the file to the plug-in.
class Check {
 public:
  Check(const postern_plugin& plugin, const InstanceSettings& settings, Problems& problems)
      : plugin_(plugin), settings_(settings), problems_(problems) {}

  CheckedOptions all() {
    CheckedOptions checked;
    for (uint32_t nth = 0; nth < plugin_.option_count; ++nth) checked.all.push_back(one(declared_option(plugin_, nth)));
    for (const OptionSetting& setting : settings_.options)
      if (!checked.find(setting.name)) unknown(setting);
    return checked;
  }

 private:
  CheckedOption one(const postern_option& option) {
    CheckedOption checked{option.name, option.type, option.flags, {}};
    const auto setting = std::find_if(settings_.options.begin(), settings_.options.end(),
                                      [&](const OptionSetting& s) { return s.name == option.name; });
    if (setting != settings_.options.end()) {
      checked.values = set_values(option, *setting);
    } else if (option.deflt) {
      std::string why;
      checked.values = parse_default(option, why).value_or(std::vector<CheckedValue>{});  // the descriptor was checked
    } else if (option.flags & POSTERN_OPT_REQUIRED) {
      add_error(problems_, "PLUGIN-OPTION-REQUIRED", named(option.name) + "it must be set: " + option.help, {},
                settings_.origin);
    }
    return checked;
  }

  std::vector<CheckedValue> set_values(const postern_option& option, const OptionSetting& setting) {
    std::vector<CheckedValue> values;
    if (option.flags & POSTERN_OPT_DEPRECATED)
      add_warning(problems_, "PLUGIN-OPTION-DEPRECATED",
                  named(option.name) + "this option will go away: " + option.help, {}, setting.origin);
    if (setting.is_list && !(option.flags & POSTERN_OPT_LIST)) {
      add_error(problems_, "PLUGIN-OPTION-LIST", named(option.name) + "takes one value, not a list",
                "write it without [ ]", setting.origin);
      return values;
    }
    if (setting.values.empty() && (option.flags & POSTERN_OPT_REQUIRED))
      add_error(problems_, "PLUGIN-OPTION-REQUIRED", named(option.name) + "the list must not be empty: " + option.help,
                {}, setting.origin);
    for (const OptionValue& value : setting.values)
      if (auto checked = one_value(option, value)) values.push_back(std::move(*checked));
    return values;
  }

  std::optional<CheckedValue> one_value(const postern_option& option, const OptionValue& value) {
    std::string why;
    auto checked = parse_value(option, value, why);
    if (!checked) {
      add_error(problems_, "PLUGIN-OPTION-VALUE",
                named(option.name) + shown(option, value) + " " + why + with_default(option), {}, value.origin);
    } else if (!in_range(option, *checked)) {
      add_error(problems_, "PLUGIN-OPTION-RANGE",
                named(option.name) + shown(option, value) + " is out of range, which is " + amount(option, option.min) +
                    " to " + amount(option, option.max) + with_default(option),
                {}, value.origin);
      checked.reset();
    }
    return checked;
  }

  void unknown(const OptionSetting& setting) {
    std::vector<std::string> known;
    for (uint32_t nth = 0; nth < plugin_.option_count; ++nth) known.emplace_back(declared_option(plugin_, nth).name);
    std::string hint = base::did_you_mean(setting.name, known);
    if (hint.empty()) hint = "\"postern-plugin info --options\" prints the options of a plug-in";
    add_error(problems_, "PLUGIN-OPTION-UNKNOWN",
              named(setting.name) + "plug-in \"" + plugin_.id + "\" has no such option", std::move(hint),
              setting.origin);
  }

  std::string named(std::string_view option) const {
    return std::string(name(settings_.kind)) + " \"" + settings_.name + "\": " + base::log::printable(option, 80) +
           ": ";
  }

  const postern_plugin& plugin_;
  const InstanceSettings& settings_;
  Problems& problems_;
};

}  // namespace

CheckedOptions check_options(const postern_plugin& plugin, const InstanceSettings& settings, Problems& problems) {
  return Check(plugin, settings, problems).all();
}

const CheckedOption* CheckedOptions::find(std::string_view name) const {
  const auto found = std::find_if(all.begin(), all.end(), [&](const CheckedOption& o) { return o.name == name; });
  return found == all.end() ? nullptr : &*found;
}

CheckedOption* CheckedOptions::find(std::string_view name) {
  return const_cast<CheckedOption*>(std::as_const(*this).find(name));
}

const postern_option& declared_option(const postern_plugin& plugin, uint32_t nth) {
  const auto* first = reinterpret_cast<const char*>(plugin.options);
  return *reinterpret_cast<const postern_option*>(first + size_t{nth} * plugin.option_stride);
}

std::optional<CheckedValue> parse_value(const postern_option& option, const OptionValue& value, std::string& why) {
  const auto number = number_of(option, value, why);
  if (!number) return std::nullopt;
  return CheckedValue{*number, plain(value), value.origin};
}

std::optional<std::vector<CheckedValue>> parse_default(const postern_option& option, std::string& why) {
  std::vector<CheckedValue> values;
  const bool is_list = (option.flags & POSTERN_OPT_LIST) != 0;
  const std::string text(option.deflt);
  if (is_list && text.empty()) return values;
  for (const std::string& piece : is_list ? split(text, ',') : std::vector<std::string>{text}) {
    auto value = parse_value(option, as_in_file(option, piece), why);
    if (!value) return std::nullopt;
    values.push_back(std::move(*value));
  }
  return values;
}

bool in_range(const postern_option& option, const CheckedValue& value) {
  const bool has_range =
      option.type == POSTERN_T_INT || option.type == POSTERN_T_SIZE || option.type == POSTERN_T_DURATION;
  if (!has_range || (option.min == 0 && option.max == 0)) return true;
  return value.number >= option.min && value.number <= option.max;
}

const char* type_name(uint32_t type) {
  switch (type) {
    case POSTERN_T_BOOL:
      return "boolean";
    case POSTERN_T_INT:
      return "whole number";
    case POSTERN_T_SIZE:
      return "size";
    case POSTERN_T_DURATION:
      return "duration";
    case POSTERN_T_STRING:
      return "string";
    case POSTERN_T_ENUM:
      return "choice";
    case POSTERN_T_PATH:
      return "path";
    case POSTERN_T_ENDPOINT:
      return "endpoint";
    default:
      return nullptr;
  }
}

}  // namespace postern::plugin
