// SPDX-License-Identifier: MIT
#include "answer.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

namespace postern::rspamd {
namespace {

using Json = nlohmann::json;

constexpr size_t most_symbols = 2000, longest_name = 200, most_options = 100, longest_option = 500;

std::string printable(std::string_view text, size_t most) {
  std::string out;
  for (const char c : text.substr(0, most))
    if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) out += c;
  return out;
}

const Json* member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text_of(const Json& object, const char* name, size_t most) {
  const Json* value = member(object, name);
  return value && value->is_string() ? printable(value->get_ref<const std::string&>(), most) : std::string();
}

std::optional<int32_t> points_of(const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (!value || !value->is_number()) return std::nullopt;
  const double number = value->get<double>();
  if (!std::isfinite(number) || std::abs(number) > 100'000) return std::nullopt;
  return static_cast<int32_t>(std::lround(number * 1000));
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// False: one of them is not as it must be.
bool read_symbols(const Json& symbols, Verdict& verdict) {
  if (symbols.size() > most_symbols) return false;
  for (const auto& [name, value] : symbols.items()) {
    if (!is_name(name) || !value.is_object()) return false;
    const auto points = points_of(value, "score");
    if (!points) return false;
    Symbol symbol{name, *points, {}, text_of(value, "description", longest_option)};
    if (const Json* options = member(value, "options"); options && options->is_array())
      for (const Json& option : *options)
        if (option.is_string() && symbol.options.size() < most_options)
          symbol.options.push_back(printable(option.get_ref<const std::string&>(), longest_option));
    verdict.symbols.push_back(std::move(symbol));
  }
  return true;
}

std::string error_of(std::string_view json) {
  const Json answer = Json::parse(json, nullptr, false);
  return answer.is_object() ? text_of(answer, "error", longest_option) : std::string();
}

std::string points_text(int32_t points) {
  const int32_t size = std::abs(points);
  std::string hundredths = std::to_string(size % 1000 / 10);
  return (points < 0 ? "-" : "") + std::to_string(size / 1000) + "." + std::string(2 - hundredths.size(), '0') + hundredths;
}

}  // namespace

Answer parse_check(std::string_view json) {
  const Json answer = Json::parse(json, nullptr, false);
  if (!answer.is_object()) return {"it does not answer as Rspamd does", {}};
  if (const std::string error = text_of(answer, "error", longest_option); !error.empty()) return {"it says: " + error, {}};
  const Json *skipped = member(answer, "is_skipped"), *symbols = member(answer, "symbols");
  const auto score = points_of(answer, "score"), required = points_of(answer, "required_score");
  Verdict verdict;
  verdict.action = text_of(answer, "action", longest_name);
  if (!skipped || !skipped->is_boolean() || verdict.action.empty()) return {"its answer is not whole", {}};
  if (!score || !required) return {"its score is no number", {}};
  if (!symbols || !symbols->is_object() || !read_symbols(*symbols, verdict)) return {"its list of symbols cannot be read", {}};
  verdict.score = *score;
  verdict.required_score = *required;
  // It also calls "skipped" what it had no need to look at any further.
  verdict.is_skipped = skipped->get<bool>() && *score == 0 && verdict.symbols.empty();
  if (const Json* messages = member(answer, "messages"); messages && messages->is_object())
    verdict.message = text_of(*messages, "smtp_message", longest_option);
  return {{}, std::move(verdict)};
}

std::string parse_learned(unsigned status, std::string_view json) {
  constexpr unsigned ok = 200, already_reported = 208;  // RFC 5842, section 7.1
  if (status == already_reported) return {};
  const Json answer = Json::parse(json, nullptr, false);
  const Json* success = answer.is_object() ? member(answer, "success") : nullptr;
  if (status == ok && success && success->is_boolean() && success->get<bool>()) return {};
  const std::string error = error_of(json);
  return "it has not learned it: " + (error.empty() ? "status " + std::to_string(status) : error);
}

std::string report_of(const Verdict& verdict) {
  std::string text = "Rspamd: " + verdict.action + " (" + points_text(verdict.score) + " of " + points_text(verdict.required_score) + " points)\n";
  if (!verdict.message.empty()) text += verdict.message + "\n";
  std::vector<const Symbol*> order;
  for (const Symbol& symbol : verdict.symbols) order.push_back(&symbol);
  std::stable_sort(order.begin(), order.end(), [](const Symbol* a, const Symbol* b) { return std::abs(a->points) > std::abs(b->points); });
  for (const Symbol* symbol : order) {
    const std::string points = points_text(symbol->points);
    text += std::string(points.size() < 7 ? 7 - points.size() : 0, ' ') + points + " " + symbol->name;
    if (!symbol->description.empty()) text += "  " + symbol->description;
    std::string options;
    for (const std::string& option : symbol->options) options += (options.empty() ? "" : ", ") + option;
    if (!options.empty()) text += " [" + options + "]";
    text += "\n";
  }
  return text;
}

}  // namespace postern::rspamd
