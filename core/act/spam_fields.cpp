// SPDX-License-Identifier: MIT
#include "act/spam_fields.h"

#include <algorithm>

namespace postern::act {
namespace {

constexpr size_t most_tests = 200, longest_name = 80, longest_line = 76, longest_level = 64;

// A test's name inside of "tests=[A=1, B=2]": an engine's rules may be called anything.
std::string safe_name(const std::string& name) {
  std::string out;
  for (const char c : name.substr(0, longest_name))
    out += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == ':' || c == '-' ? c : '_';
  return out.empty() ? "_" : out;
}

std::vector<const mail::SpamTest*> tests_of(const mail::Judgement& judgement, uint32_t recipient) {
  std::vector<const mail::SpamTest*> theirs;
  for (const mail::SpamTest& test : judgement.tests)
    if (test.recipient == 0 || test.recipient == recipient + 1) theirs.push_back(&test);
  return theirs;
}

// "No, score=2.1 tagged_above=2 required=6.31 tests=[A=1, B=1.1] autolearn=no", folded.
std::string status(const mail::Judgement& judgement, const mail::RecipientJudgement& r) {
  std::vector<std::string> words{*r.score >= r.levels.tag2 ? "Yes," : "No,", "score=" + mail::points_text(*r.score),
                                 "tagged_above=" + mail::points_text(r.levels.tag), "required=" + mail::points_text(r.levels.tag2)};
  const auto tests = tests_of(judgement, r.recipient);
  const size_t shown = std::min(tests.size(), most_tests);
  if (tests.empty()) words.emplace_back("tests=[none]");
  for (size_t i = 0; i < shown; ++i)
    words.push_back((i == 0 ? "tests=[" : "") + safe_name(tests[i]->name) + "=" + mail::points_text(tests[i]->points) + (i + 1 == shown ? "]" : ","));
  if (!judgement.autolearn.empty()) words.push_back("autolearn=" + safe_name(judgement.autolearn));
  std::string text;
  size_t line = sizeof "X-Spam-Status:";
  for (const std::string& word : words) {
    const bool folds = line + 1 + word.size() > longest_line;
    if (!text.empty()) text += folds ? "\r\n\t" : " ";
    line = (folds ? 8 : line + 1) + word.size();
    text += word;
  }
  return text;
}

}  // namespace

void add_spam_fields(const mail::Judgement& judgement, const mail::RecipientJudgement& r, mail::HeaderEdits& edits) {
  if (!r.score) return;
  for (const char* name : {"X-Spam-Flag", "X-Spam-Score", "X-Spam-Level", "X-Spam-Status"}) edits.remove.emplace_back(name);
  if (*r.score < r.levels.tag) return;
  if (*r.score >= r.levels.tag2) edits.prepend.emplace_back("X-Spam-Flag", "YES");
  edits.prepend.emplace_back("X-Spam-Score", mail::points_text(*r.score));
  const auto stars = static_cast<size_t>(std::clamp<int32_t>(*r.score / 1000, 0, longest_level));
  if (stars > 0) edits.prepend.emplace_back("X-Spam-Level", std::string(stars, '*'));
  edits.prepend.emplace_back("X-Spam-Status", status(judgement, r));
}

}  // namespace postern::act
