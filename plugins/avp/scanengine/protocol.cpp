// SPDX-License-Identifier: MIT
#include "protocol.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include <postern/plugin.h>

namespace postern::scanengine {
namespace {

using Json = nlohmann::json;

constexpr size_t longest_name = 200, most_names = 50, longest_text = 300;
constexpr int deepest = 20;  // the server lists what is in archives flat; an answer that does not is followed so far

// As in the manuals of Kaspersky Scan Engine 1.0 to 2.1.
constexpr ResultWord words[] = {
    {"CLEAN", Outcome::clean, "nothing was found"},
    {"DETECT", Outcome::infected, "something was found"},
    {"DETECTED", Outcome::infected, "the same, in the manual of 1.0"},
    {"DISINFECTED", Outcome::infected, "something was found, and the server has cured its copy"},
    {"DELETED", Outcome::infected, "something was found, and the server has deleted its copy"},
    {"NON_SCANNED (PASSWORD PROTECTED)", Outcome::encrypted, "it needs a password"},
    {"NON_SCANNED (CANCELED)", Outcome::over_limit, "the scan was cancelled"},
    {"NON_SCANNED (MAX DEPTH EXCEEDED)", Outcome::over_limit, "archives are nested too deep"},
    {"NON_SCANNED (CORRUPTED)", Outcome::not_examined, "it is damaged"},
    {"NON_SCANNED (ACCESS DENIED)", Outcome::not_examined, "the server could not read it"},
    {"NON_SCANNED (SKIPPED)", Outcome::not_examined, "the server's settings leave it out"},
    {"NON_SCANNED", Outcome::not_examined, "the server gives no reason"},
    {"SERVER_ERROR", Outcome::failed, "the server has a problem, or needed too much time"},
};

std::string one_line(std::string_view text, size_t most) {
  std::string out;
  for (const char c : text.substr(0, most))
    if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) out += c;
  return out;
}

Json object_of(std::string_view json) {
  Json object = Json::parse(json, nullptr, false);
  return object.is_object() ? object : Json();
}

const Json* member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text_of(const Json& object, const char* name, size_t most) {
  const Json* value = member(object, name);
  return value && value->is_string() ? one_line(value->get_ref<const std::string&>(), most) : std::string();
}

// A flag is written as a word in some versions, as true in others.
bool is_set(const Json& object, const char* name) {
  const Json* value = member(object, name);
  return value && (*value == true || *value == "true");
}

void keep_first(std::string& kept, std::string_view reason) {
  if (kept.empty()) kept = reason;
}

class Reading {
 public:
  explicit Reading(Answer& answer) : answer_(answer) {}

  void read(const Json& object, int depth) {
    if (!object.is_object() || depth > deepest) return keep_first(answer_.failure, "an object of its answer is none");
    read_result(object);
    answer_.has_macro = answer_.has_macro || is_set(object, "containsOfficeMacro");
    const Json* inner = member(object, "subObjectsScanResults");
    if (!inner) return;
    if (!inner->is_array()) return keep_first(answer_.failure, "its list of what is inside is none");
    for (const Json& each : *inner) read(each, depth + 1);
  }
  void finish() {
    if (is_infected_ && answer_.names.empty()) answer_.names.emplace_back("unnamed");
  }

 private:
  void read_result(const Json& object) {
    // A name is believed, whatever stands beside it.
    if (const std::string name = text_of(object, "detectionName", longest_name); !name.empty()) add(name);
    const Json* result = member(object, "scanResult");
    if (!result || !result->is_string()) return keep_first(answer_.failure, "it says no result");
    take(result->get_ref<const std::string&>());
  }

  void take(const std::string& word) {
    const auto known = std::find_if(std::begin(words), std::end(words), [&](const auto& w) { return w.word == word; });
    if (known == std::end(words)) {
      if (word.starts_with("NON_SCANNED (")) return keep_first(answer_.not_examined, one_line(word, longest_text));
      return keep_first(answer_.failure, "it says \"" + one_line(word, longest_text) + "\"");
    }
    switch (known->outcome) {
      case Outcome::clean:
        return;
      case Outcome::infected:
        is_infected_ = true;
        return;
      case Outcome::encrypted:
        return keep_first(answer_.encrypted, known->meaning);
      case Outcome::over_limit:
        return keep_first(answer_.over_limit, known->meaning);
      case Outcome::not_examined:
        return keep_first(answer_.not_examined, known->meaning);
      case Outcome::failed:
        return keep_first(answer_.failure, word + ": " + known->meaning);
    }
  }

  void add(const std::string& name) {
    std::vector<std::string>& names = answer_.names;
    if (names.size() < most_names && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }

  Answer& answer_;
  bool is_infected_ = false;
};

// As it may stand in the mark "[from:…]".
bool is_plain_address(std::string_view text) {
  constexpr std::string_view others = "[]<>\"\\";
  return text.size() <= 254 && text.find('@') != std::string_view::npos &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return c > ' ' && c <= '~' && others.find(c) == std::string_view::npos; });
}

// "30" of "30.01.2019", up to the end that follows it.
std::optional<int> take_number(std::string_view& text, std::string_view end, size_t most_digits) {
  const std::string_view digits = text.substr(0, text.find(end));
  int value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_number = error == std::errc() && stop == digits.data() + digits.size() && value >= 0;
  if (!is_number || digits.size() > most_digits || digits.size() == text.size()) return std::nullopt;
  text.remove_prefix(digits.size() + end.size());
  return value;
}

// "30.01.2019 18:38 GMT"; a day below ten may have one digit.
std::optional<int64_t> parse_date(std::string_view text) {
  const auto day = take_number(text, ".", 2), month = take_number(text, ".", 2), year = take_number(text, " ", 4);
  const auto hour = take_number(text, ":", 2), minute = take_number(text, " ", 2);
  if (!day || !month || !year || !hour || !minute || *hour > 23 || *minute > 59 || text != "GMT") return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *year < 1970) return std::nullopt;
  const std::chrono::sys_seconds at =
      std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  return at.time_since_epoch().count();
}

}  // namespace

std::string scan_body_begin(std::chrono::milliseconds most, std::string_view sender) {
  // The time is a text in today's manual, and a server that wants it so takes no number.
  const std::string time = std::to_string(std::clamp<int64_t>(most.count(), 1, UINT32_MAX));
  const std::string from(is_plain_address(sender) ? sender : "test@relay.example");
  return "{\"timeout\":\"" + time + "\",\"url\":\"[from:" + from + "]\",\"object\":\"";
}

std::span<const ResultWord> result_words() {
  return words;
}

Answer parse_scan(std::string_view json) {
  Answer answer;
  const Json object = object_of(json);
  if (object.is_null()) {
    answer.failure = "it does not answer in JSON";
    return answer;
  }
  const std::string error = text_of(object, "error", longest_text);
  if (!error.empty()) answer.failure = "it says " + error;
  Reading reading(answer);
  reading.read(object, 0);
  reading.finish();
  return answer;
}

Meaning meaning(std::string_view name) {
  // Prefixes of Kaspersky's names: how it was found, and that it is lawful, but some abuse it.
  Meaning meaning{POSTERN_CAT_MALWARE, 0};
  if (name.starts_with("HEUR:")) {
    meaning.flags = POSTERN_FIND_HEURISTIC;
    name.remove_prefix(5);
  }
  if (name.starts_with("not-a-virus:")) meaning.category = POSTERN_CAT_PUA;
  return meaning;
}

std::optional<std::string> parse_version(std::string_view json) {
  std::string version = text_of(object_of(json), "KAVSDKVersion", longest_text);
  if (version.empty()) return std::nullopt;
  return version;
}

std::optional<Database> parse_database(std::string_view json) {
  std::string version = text_of(object_of(json), "databaseVersion", longest_text);
  const auto time = parse_date(version);
  if (!time) return std::nullopt;
  return Database{std::move(version), *time};
}

}  // namespace postern::scanengine
