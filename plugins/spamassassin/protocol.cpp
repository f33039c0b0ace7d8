// SPDX-License-Identifier: MIT
#include "protocol.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace postern::spamassassin {
namespace {

constexpr std::string_view tests_mark = "postern-tests: ", learned_mark = "postern-autolearn: ";
constexpr std::string_view status_begins = "SPAMD/";
constexpr size_t longest_status = 1000;
constexpr size_t most_tests = 2000, longest_name = 200;

std::string_view take_line(std::string_view& rest) {
  const size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_test_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// Status line, fields, content of exactly the length that is claimed, and nothing behind it.
struct Envelope {
  std::string error;
  int code = -1;
  std::string word, spam;  // "EX_OK"; the value of the field Spam
  bool claims_length = false;
  std::string_view content;
};

Envelope failed(std::string why) {
  Envelope e;
  e.error = std::move(why);
  return e;
}

Envelope open(std::string_view whole) {
  if (whole.size() > longest_answer) return failed("its answer is too long");
  Envelope e;
  std::string_view rest = whole;
  const std::string_view status = take_line(rest);
  if (!status.starts_with(status_begins)) return failed("it does not answer as spamd does");
  const size_t blank = status.find(' '), second = status.find(' ', blank + 1);
  if (blank == std::string_view::npos || second == std::string_view::npos) return failed("its status line is cut off");
  const std::string_view number = status.substr(blank + 1, second - blank - 1);
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), e.code);
  if (problem != std::errc{} || end != number.data() + number.size()) return failed("its status is no number");
  e.word = trimmed(status.substr(second + 1));
  std::optional<uint64_t> length;
  bool has_end = false;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty()) {
      has_end = true;
      break;
    }
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return failed("a field of its answer has no name");
    const std::string_view name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
    if (name == "Spam") e.spam = value;
    if (name != "Content-length") continue;
    uint64_t claimed = 0;
    const auto [stop, wrong] = std::from_chars(value.data(), value.data() + value.size(), claimed);
    if (wrong != std::errc{} || stop != value.data() + value.size()) return failed("its content length is no number");
    length = claimed;
  }
  if (e.code != 0) return failed("it says " + e.word + " (" + std::to_string(e.code) + ")");
  if (!has_end) return failed("its answer is cut off");
  if (length && rest.size() != *length) return failed("its content has " + std::to_string(rest.size()) + " bytes, and it claims " + std::to_string(*length));
  e.claims_length = length.has_value();
  e.content = rest;
  return e;
}

// "NAME=1.5,OTHER=-0.1", "none".
bool read_tests(std::string_view list, Verdict& verdict) {
  if (list == "none" || list.empty()) return true;
  while (!list.empty()) {
    const size_t comma = list.find(',');
    const std::string_view one = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    const size_t equal = one.find('=');
    Test test;
    if (equal == std::string_view::npos || !is_test_name(one.substr(0, equal)) || !parse_points(one.substr(equal + 1), test.points)) return false;
    if (verdict.tests.size() >= most_tests) return false;
    test.name = one.substr(0, equal);
    verdict.tests.push_back(std::move(test));
  }
  return true;
}

// A row of the table for people: " 1.2 TEST_NAME   BODY: what it means".
bool read_row(std::string_view line, Verdict& verdict) {
  line = trimmed(line);
  if (line.starts_with("* ")) line = trimmed(line.substr(2));
  const size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return false;
  Test test;
  if (!parse_points(line.substr(0, blank), test.points)) return false;
  const std::string_view behind = trimmed(line.substr(blank));
  const std::string_view name = behind.substr(0, behind.find(' '));
  if (!is_test_name(name) || verdict.tests.size() >= most_tests) return false;
  test.name = name;
  verdict.tests.push_back(std::move(test));
  return true;
}

// The rows behind the last rule of the usual report: before it stands a preview of the mail, and its sender may have written rows, too.
std::string_view table_of(std::string_view report) {
  const size_t rule = report.rfind("\n---- ");
  return rule == std::string_view::npos ? std::string_view() : report.substr(rule + 1);
}

bool is_of_our_template(std::string_view report) { return report.substr(std::min(report.find_first_not_of(" \r\n"), report.size())).starts_with(tests_mark); }

// Our own lines where the spamd is configured by us, each once, in front of everything else; else the rows of the usual table.
bool read_report(std::string_view text, Verdict& verdict) {
  if (!is_of_our_template(text)) {
    verdict.report = text;
    for (std::string_view rest = table_of(text); !rest.empty();) read_row(take_line(rest), verdict);
    verdict.has_points = !verdict.tests.empty();
    return true;
  }
  verdict.has_points = true;
  bool has_tests = false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = trimmed(take_line(rest));
    if (!has_tests && line.starts_with(tests_mark)) {
      if (!read_tests(trimmed(line.substr(tests_mark.size())), verdict)) return false;
      has_tests = true;
    } else if (verdict.autolearn.empty() && line.starts_with(learned_mark)) {
      const std::string_view learned = trimmed(line.substr(learned_mark.size()));
      verdict.autolearn = learned.substr(0, learned.find(' '));  // "no autolearn_force=no"
    } else if (!line.empty()) {
      verdict.report += std::string(line) + "\n";
    }
  }
  return has_tests;
}

}  // namespace

std::string request(std::string_view command, const std::vector<std::string>& fields, uint64_t content_length) {
  std::string text = std::string(command) + " SPAMC/1.5\r\n";
  if (content_length > 0) text += "Content-length: " + std::to_string(content_length) + "\r\n";
  for (const std::string& field : fields) text += field + "\r\n";
  return text + "\r\n";
}

bool parse_points(std::string_view text, int32_t& points) {
  double number = 0;
  const bool looks_like_one = !text.empty() && text.size() <= 20 && text.find_first_not_of("+-.0123456789") == std::string_view::npos;
  if (!looks_like_one) return false;
  if (text.front() == '+') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number) || std::abs(number) > 100'000) return false;
  points = static_cast<int32_t>(std::lround(number * 1000));
  return true;
}

bool can_begin_answer(std::string_view first_bytes) {
  if (first_bytes.size() < status_begins.size()) return status_begins.starts_with(first_bytes);
  return first_bytes.starts_with(status_begins) && (first_bytes.size() < longest_status || first_bytes.find('\n') < longest_status);
}

bool is_whole(std::string_view first_bytes) {
  const Envelope e = open(first_bytes);
  return e.error.empty() && e.claims_length;
}

Answer parse_report(std::string_view whole) {
  const Envelope e = open(whole);
  if (!e.error.empty()) return {e.error, {}};
  Answer answer;
  // "True ; 15.0 / 5.0"
  const std::string_view spam = e.spam;
  const size_t semicolon = spam.find(';'), slash = spam.find('/');
  const std::string_view word = trimmed(spam.substr(0, semicolon));
  if (semicolon == std::string_view::npos || slash == std::string_view::npos || slash < semicolon || (word != "True" && word != "False" && word != "Yes" && word != "No"))
    return {"it gives no score", {}};
  if (!parse_points(trimmed(spam.substr(semicolon + 1, slash - semicolon - 1)), answer.verdict.score) ||
      !parse_points(trimmed(spam.substr(slash + 1)), answer.verdict.threshold))
    return {"its score is no number", {}};
  if (!read_report(e.content, answer.verdict)) return {"its list of tests cannot be read", {}};
  return answer;
}

std::string parse_told(std::string_view whole) { return open(whole).error; }

bool is_pong(std::string_view whole) {
  const std::string_view line = take_line(whole);
  return line.starts_with(status_begins) && line.ends_with(" 0 PONG");
}

std::vector<std::string> report_template() {
  return {"clear_report_template", "report " + std::string(tests_mark) + "_TESTSSCORES(,)_", "report " + std::string(learned_mark) + "_AUTOLEARN_",
          "report _SUMMARY_"};
}

}  // namespace postern::spamassassin
