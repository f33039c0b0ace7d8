// SPDX-License-Identifier: MIT
// What Rspamd answers in JSON, bytes to values: the verdict of /checkv2, and what became of a lesson. An answer in which anything that
// counts is missing, of another type or no finite number is none, and has a reason instead.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::rspamd {

inline constexpr size_t longest_answer = 4 << 20;

struct Symbol {
  std::string name;
  int32_t points = 0;  // 1/1000
  std::vector<std::string> options;
  std::string description;
};

struct Verdict {
  bool is_skipped = false;                // Rspamd's own settings let it pass unseen
  int32_t score = 0, required_score = 0;  // 1/1000
  std::string action;                     // "no action", "greylist", "add header", "rewrite subject", "soft reject", "reject"
  std::string message;                    // what Rspamd would tell the sender
  std::vector<Symbol> symbols;
};

struct Answer {
  std::string error;  // empty: it is one
  Verdict verdict;
};

Answer parse_check(std::string_view json);
// Of /learnspam and /learnham with that status; empty: it was learned, or had been before.
std::string parse_learned(unsigned status, std::string_view json);

// Lines for people: action, symbols by weight with description and options.
std::string report_of(const Verdict& verdict);

}  // namespace postern::rspamd
