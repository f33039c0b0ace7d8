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

// What the names that libclamav 1.4 makes up by itself stand for, by their beginnings; what needs a switch of clamd.conf has it in
// parentheses. A name that stands nowhere here is malware: whatever a new version finds, it finds for a reason.
struct Family {
  std::string_view begins;
  int32_t category;
};
constexpr Family families[] = {
    // Not examined to the end.
    {"Heuristics.Limits.Exceeded", POSTERN_CAT_LIMIT},  // the rest was skipped (AlertExceedsMax)
    {"Heuristics.XZ.DicSizeLimit", POSTERN_CAT_LIMIT},  // would need more memory than it may have, so it was not opened
    // Nobody could look inside.
    {"Heuristics.Encrypted.", POSTERN_CAT_ENCRYPTED},   // (AlertEncrypted)
    {"Heuristics.Broken.", POSTERN_CAT_UNSUPPORTED},    // programs and pictures that do not hold together: mostly only damaged, but
                                                        // what else is in them, nobody knows (AlertBrokenExecutables, AlertBrokenMedia)
    // Two systems would see two disks: partitions that overlap (AlertPartitionIntersection). The third name is spelt in two ways.
    {"Heuristics.APMPartitionIntersect", POSTERN_CAT_AMBIGUOUS},
    {"Heuristics.GPTPartitionIntersect", POSTERN_CAT_AMBIGUOUS},
    {"Heuristics.MBRPartition", POSTERN_CAT_AMBIGUOUS},
    // For rules to decide.
    {"Heuristics.OLE2.ContainsMacros", POSTERN_CAT_MACRO},  // any macro, good or bad (AlertOLE2Macros)
    {"PUA.", POSTERN_CAT_PUA},                              // tools that some use and some abuse (DetectPUA)
    // Lies to people, not programs.
    {"Phishing.", POSTERN_CAT_PHISHING},
    {"Heuristics.Phishing.", POSTERN_CAT_PHISHING},  // a link that shows another host than it leads to (AlertPhishing*)
    {"Heuristics.Safebrowsing.Suspected-phishing", POSTERN_CAT_PHISHING},
    // Malware, or what only malware does.
    {"Heuristics.Safebrowsing.Suspected-malware", POSTERN_CAT_MALWARE},  // a link to it
    {"Heuristics.Exploit.", POSTERN_CAT_MALWARE},          // a picture or cursor that attacks its reader
    {"Heuristics.W32.", POSTERN_CAT_MALWARE},              // viruses that are recognised by a program, not a signature
    {"Heuristics.Trojan.", POSTERN_CAT_MALWARE},
    {"Heuristics.Worm.", POSTERN_CAT_MALWARE},
    {"Heuristics.BoundsCheck", POSTERN_CAT_MALWARE},       // a program behind yC's encryption that reaches out of its file
    {"Heuristics.PDF.ObfuscatedNameObject", POSTERN_CAT_MALWARE},  // names of actions, hidden from scanners
    {"Heuristics.Zip.OverlappingFiles", POSTERN_CAT_MALWARE},      // members that share bytes: a bomb
    // The administrator forbade such numbers to pass (StructuredDataDetection), so they must not count as nothing.
    {"Heuristics.Structured.", POSTERN_CAT_MALWARE},
};

std::optional<int64_t> parse_date(std::string_view text);

}  // namespace

bool is_signature_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && name.find(' ') == std::string_view::npos && is_printable(name);
}

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
  for (const Family& family : families)
    if (name.starts_with(family.begins)) return {family.category, flags};
  // Third parties put the word behind their own name.
  if (name.find(".Phishing.") != std::string_view::npos) return {POSTERN_CAT_PHISHING, flags};
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
