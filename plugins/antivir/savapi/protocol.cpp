// SPDX-License-Identifier: MIT
#include "protocol.h"

#include <algorithm>

namespace postern::savapi {
namespace {

using support::Outcome;

enum Code { clean = 200, clean_archive = 210, timed_out = 220, alert = 310, finished_with_alert = 319, error = 350, repairable = 420 };

constexpr size_t longest_name = 200, most_names = 100;

// More follows: what is told beside the verdict, such as 421, a document, and 422, one with macros.
bool is_remark(int code) { return code >= 400 && code < 500; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<Reply> parse_reply(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit)) return std::nullopt;
  if (line.size() > 3 && line[3] != ' ') return std::nullopt;
  return Reply{(line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'), std::string(line.substr(std::min<size_t>(4, line.size())))};
}

// A member's name may hold anything, also these marks: the last "<<<" before the message counts, and the first ";" behind it.
std::string alert_name(std::string_view text) {
  if (const size_t at = text.rfind("<<< "); at != std::string_view::npos) text.remove_prefix(at + 4);
  text = trimmed(text.substr(0, text.find(" ;")));
  return text.empty() ? "unnamed" : std::string(text.substr(0, longest_name));
}

bool ScanReplies::put(const Reply& reply) {
  if (reply.code == alert || reply.code == repairable) {
    std::string name = alert_name(reply.text);
    if (verdict_.names.size() < most_names && std::find(verdict_.names.begin(), verdict_.names.end(), name) == verdict_.names.end())
      verdict_.names.push_back(std::move(name));
    return false;
  }
  if (is_remark(reply.code)) return false;
  const std::string said = std::to_string(reply.code) + " " + reply.text.substr(0, 300);
  if (reply.code == clean || reply.code == clean_archive) {
    verdict_.outcome = verdict_.names.empty() ? Outcome::clean : Outcome::infected;
  } else if (reply.code == finished_with_alert) {
    if (verdict_.names.empty()) verdict_.names.emplace_back("unnamed");
    verdict_.outcome = Outcome::infected;
  } else if (reply.code == timed_out) {
    verdict_.why = "it took too long: " + said;
  } else if (reply.code == error) {
    verdict_.why = "it failed: " + said;
  } else {
    verdict_.why = "it says: " + said;
  }
  return true;
}

support::ScanVerdict ScanReplies::verdict() const { return verdict_; }

}  // namespace postern::savapi
