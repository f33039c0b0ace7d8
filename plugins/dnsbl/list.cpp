// SPDX-License-Identifier: MIT
#include "list.h"

#include <algorithm>
#include <charconv>

#include <postern/support/ascii.h>

namespace postern::dnsbl {
namespace {

constexpr size_t longest_zone = 180;  // an IPv6 address before it and the name is still one of DNS
constexpr size_t most_rows = 64;

std::string quoted(std::string_view text) {
  return "\"" + std::string(text.substr(0, 100)) + "\"";
}

std::optional<uint8_t> parse_octet(std::string_view text) {
  uint8_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || (text.size() > 1 && text[0] == '0'))
    return std::nullopt;
  return number;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> words;
  for (;;) {
    const size_t end = text.find_first_of(separators);
    words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end + 1);
  }
}

// Letters, digits, "-" and "_" in labels of 1 to 63.
bool is_domain(std::string_view name) {
  if (name.empty() || name.size() > longest_zone) return false;
  for (const std::string_view label : split(name, "."))
    if (label.empty() || label.size() > 63 || !std::all_of(label.begin(), label.end(), [](char c) {
          return support::is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
        }))
      return false;
  return true;
}

std::string_view without_final_dot(std::string_view name) {
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

// One word behind the zone; empty: understood.
std::string take_word(std::string_view word, Subject subject, List& list);
std::string take_row(std::string_view code, std::string_view points, List& list);

}  // namespace

std::variant<List, std::string> parse_list(std::string_view text, Subject subject) {
  std::vector<std::string_view> words = split(support::trim(text), " \t\r\n");
  std::erase(words, std::string_view());
  if (words.empty()) return "an empty text is no list";
  List list;
  std::string_view zone = words.front();
  if (zone.starts_with("allow:")) list.allows = true, zone.remove_prefix(6);
  list.zone = support::lower(without_final_dot(zone));
  if (!is_domain(list.zone))
    return quoted(zone) + " is no domain: a list begins with the zone that is asked, perhaps behind allow:";
  list.name = list.zone;
  const bool by_address = subject == Subject::addresses;
  list.must_be_listed = by_address ? "2.0.0.127" : "test";
  list.must_not_be_listed = by_address ? "1.0.0.127" : "invalid";
  for (const std::string_view word : std::vector(words.begin() + 1, words.end()))
    if (const std::string problem = take_word(word, subject, list); !problem.empty()) return problem;
  if (list.rows.empty())
    return quoted(list.zone) + " gives no points: which answers count, and for how much? Such as 127.0.0.2=3.0";
  return list;
}

namespace {

std::string take_word(std::string_view word, Subject subject, List& list) {
  if (word == "required") return list.required = true, std::string();
  if (word == "names-only") {
    if (subject == Subject::addresses) return "names-only is for uri-lists: this one is asked about addresses";
    return list.names_only = true, std::string();
  }
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos)
    return quoted(word) + " is neither CODE=POINTS, as=, test=, required nor names-only";
  const std::string_view key = word.substr(0, equals), value = word.substr(equals + 1);
  if (key == "as") {
    if (!is_domain(support::lower(value)) || value.size() > 40)
      return "as=" + std::string(value.substr(0, 100)) +
             ": a name has letters, digits, \".\", \"-\" and \"_\", at most 40";
    return list.name = value, std::string();
  }
  if (key == "test") {
    const std::string entry = support::lower(without_final_dot(value));
    if (entry != "none" && !is_domain(entry))
      return "test=" + std::string(value.substr(0, 100)) +
             ": neither none nor what is always listed, as it stands before the zone";
    return list.must_be_listed = entry == "none" ? "" : entry, std::string();
  }
  return take_row(key, value, list);
}

std::string take_row(std::string_view code, std::string_view points, List& list) {
  if (list.rows.size() == most_rows) return "more than " + std::to_string(most_rows) + " codes";
  auto pattern = CodePattern::parse(code);
  if (const auto* problem = std::get_if<std::string>(&pattern)) return quoted(code) + ": " + *problem;
  const auto parsed = parse_points(points);
  if (!parsed)
    return quoted(std::string(code) + "=" + std::string(points)) +
           ": points are a number from -1000 to 1000, such as 2.5";
  if (list.allows && *parsed > 0) return quoted(code) + ": an allow list takes points away: write a number below 0";
  if (!list.allows && *parsed < 0)
    return quoted(code) + ": points below 0 are for an allow list: write allow:" + list.zone;
  list.rows.push_back({std::get<CodePattern>(pattern), std::string(code), *parsed});
  return {};
}

}  // namespace

std::variant<CodePattern, std::string> CodePattern::parse(std::string_view text) {
  const std::vector<std::string_view> octets = split(text, ".");
  if (text.find('/') != std::string_view::npos) return "write a range such as 127.0.0.4-7, not a network";
  if (octets.size() != 4) return "a code has four octets, such as 127.0.0.2, 127.0.0.4-7, 127.0.*.1 or 127.0.0.&8";
  CodePattern pattern;
  for (size_t i = 0; i < 4; ++i) {
    const std::string_view octet = octets[i];
    Octet& out = pattern.octets_[i];
    const std::string wrong =
        "octet " + std::to_string(i + 1) + " is neither a number from 0 to 255, a range 2-7, * nor &8";
    if (octet == "*") {
      out = {0, 255, 0};
    } else if (octet.starts_with('&')) {
      const auto bits = parse_octet(octet.substr(1));
      if (!bits) return wrong;
      if (*bits == 0) return "&0 is in no answer";
      out = {0, 255, *bits};
    } else {
      const size_t dash = octet.find('-');
      const auto low = parse_octet(octet.substr(0, dash));
      const auto high = dash == std::string_view::npos ? low : parse_octet(octet.substr(dash + 1));
      if (!low || !high) return wrong;
      if (*low > *high) return "octet " + std::to_string(i + 1) + " is a range that ends before it begins";
      out = {*low, *high, 0};
    }
  }
  const Octet& first = pattern.octets_[0];
  if (first.low != 127 || first.high != 127) return "lists answer within 127.0.0.0/8: the first octet is 127";
  return pattern;
}

bool CodePattern::matches(const Code& code) const {
  for (size_t i = 0; i < 4; ++i) {
    const Octet& o = octets_[i];
    if (code[i] < o.low || code[i] > o.high || (o.bits != 0 && (code[i] & o.bits) == 0)) return false;
  }
  return true;
}

std::string text_of(const Code& code) {
  return std::to_string(code[0]) + "." + std::to_string(code[1]) + "." + std::to_string(code[2]) + "." +
         std::to_string(code[3]);
}

std::optional<int32_t> parse_points(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot),
                         fraction = dot == std::string_view::npos ? "0" : text.substr(dot + 1);
  const auto are_digits = [](std::string_view s) {
    return !s.empty() && std::all_of(s.begin(), s.end(), support::is_digit);
  };
  if (!are_digits(whole) || !are_digits(fraction) || whole.size() > 4 || fraction.size() > 3) return std::nullopt;
  int32_t points = 0;
  for (const char c : whole) points = 10 * points + (c - '0');
  for (size_t i = 0; i < 3; ++i) points = 10 * points + (i < fraction.size() ? fraction[i] - '0' : 0);
  if (points > 1'000'000) return std::nullopt;
  return negative ? -points : points;
}

}  // namespace postern::dnsbl
