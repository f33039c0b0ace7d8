// SPDX-License-Identifier: MIT
#include "protocol.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include <postern/plugin.h>

namespace postern::clamav {
namespace {

template <class Number>
std::optional<Number> number(std::string_view digits) {
  Number value{};
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// "7: rest", the id without leading zeros, as clamd writes it.
std::optional<uint32_t> take_id(std::string_view* line) {
  const size_t colon = line->find(": ");
  if (colon == std::string_view::npos || line->front() == '0') return std::nullopt;
  const auto id = number<uint32_t>(line->substr(0, colon));
  line->remove_prefix(colon + 2);
  return id;
}

// "stream: " or "fd[10]: "
bool take_subject(std::string_view* line) {
  const size_t colon = line->find(": ");
  if (colon == std::string_view::npos) return false;
  const std::string_view subject = line->substr(0, colon);
  const bool is_descriptor =
      subject.starts_with("fd[") && subject.ends_with("]") && number<uint32_t>(subject.substr(3, subject.size() - 4));
  if (subject != "stream" && !is_descriptor) return false;
  line->remove_prefix(colon + 2);
  return true;
}

bool is_signature_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && name.find(' ') == std::string_view::npos;
}

std::optional<int64_t> parse_date(std::string_view text);

}  // namespace

std::string chunk_length(uint32_t bytes) {
  return {static_cast<char>(bytes >> 24), static_cast<char>(bytes >> 16), static_cast<char>(bytes >> 8),
          static_cast<char>(bytes)};
}

std::optional<Reply> parse_reply(std::string_view line) {
  if (line.empty() || line.size() > longest_reply || !is_printable(line)) return std::nullopt;
  const auto id = take_id(&line);
  if (!id) return std::nullopt;
  if (line == "INSTREAM size limit exceeded. ERROR") return Reply{*id, Verdict::size_limit, {}};
  if (line.ends_with(" ERROR")) return Reply{*id, Verdict::error, std::string(line.substr(0, line.size() - 6))};
  if (!take_subject(&line)) return std::nullopt;
  if (line == "OK") return Reply{*id, Verdict::clean, {}};
  if (!line.ends_with(" FOUND")) return std::nullopt;
  line.remove_suffix(6);
  if (!is_signature_name(line)) return std::nullopt;
  return Reply{*id, Verdict::found, std::string(line)};
}

std::optional<std::string> parse_answer(std::string_view line, uint32_t id) {
  if (line.empty() || line.size() > longest_reply || !is_printable(line) || take_id(&line) != id) return std::nullopt;
  return std::string(line);
}

std::optional<Version> parse_version(std::string_view text) {
  if (!text.starts_with("ClamAV ") || !is_printable(text)) return std::nullopt;
  Version v;
  const size_t first = text.find('/');
  v.engine = text.substr(0, first);
  if (first == std::string_view::npos) return v;
  const size_t second = text.find('/', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const std::string_view database = text.substr(first + 1, second - first - 1);
  const auto date = parse_date(text.substr(second + 1));
  if (!number<uint32_t>(database) || !date) return std::nullopt;
  v.database = database;
  v.time = *date;
  return v;
}

Meaning meaning(std::string_view name) {
  const uint32_t flags = name.starts_with("Heuristics.") ? uint32_t{POSTERN_FIND_HEURISTIC} : 0;
  if (name.starts_with("Heuristics.Limits.Exceeded")) return {POSTERN_CAT_LIMIT, flags};
  if (name.starts_with("Heuristics.Encrypted.")) return {POSTERN_CAT_ENCRYPTED, flags};
  if (name.starts_with("Heuristics.OLE2.ContainsMacros")) return {POSTERN_CAT_MACRO, flags};
  if (name.starts_with("PUA.")) return {POSTERN_CAT_PUA, flags};
  if (name.starts_with("Phishing.") || name.find(".Phishing.") != std::string_view::npos)
    return {POSTERN_CAT_PHISHING, flags};
  return {POSTERN_CAT_MALWARE, flags};
}

namespace {

// ctime(3): "Sun Nov 22 08:31:02 2026", the day padded with a space.
std::optional<int64_t> parse_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 24 || text[3] != ' ' || text[7] != ' ' || text[10] != ' ' || text[13] != ':' || text[16] != ':' ||
      text[19] != ' ')
    return std::nullopt;
  const auto month = std::find(months.begin(), months.end(), text.substr(4, 3));
  const auto day = number<int>(text.substr(text[8] == ' ' ? 9 : 8, text[8] == ' ' ? 1 : 2));
  const auto hour = number<int>(text.substr(11, 2)), minute = number<int>(text.substr(14, 2)),
             second = number<int>(text.substr(17, 2)), year = number<int>(text.substr(20));
  if (month == months.end() || !day || *day < 1 || *day > 31 || !hour || *hour > 23 || !minute || *minute > 59 ||
      !second || *second > 60 || !year || *year < 1970)
    return std::nullopt;
  std::tm t{};
  t.tm_year = *year - 1900;
  t.tm_mon = static_cast<int>(month - months.begin());
  t.tm_mday = *day;
  t.tm_hour = *hour;
  t.tm_min = *minute;
  t.tm_sec = *second;
  t.tm_isdst = -1;
  return std::mktime(&t);
}

}  // namespace
}  // namespace postern::clamav
