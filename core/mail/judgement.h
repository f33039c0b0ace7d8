// SPDX-License-Identifier: MIT
// Fourth product: what the mail is for each recipient, and why, line by line. Made by judge from the three products before and
// the recipients' wishes; the same input gives the same judgement, today or next year.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mail/scores.h"

namespace postern::mail {

// In ascending rank: the highest decides. A new category is a line here, and the compiler names every switch to extend.
enum class Category : uint32_t {
  clean,
  bad_header,  // the header is not as RFC 5322 wants it
  spammy,      // its score has reached the recipient's level tag2
  spam,        // its score has reached the recipient's level kill
  unchecked,   // damaged, not decodable, or a scanner that may be done without gave no answer
  encrypted,   // holds what nobody can read without a secret
  ambiguous,   // two readers could see two different mails; both were examined
  over_limit,  // the mail's budget was exhausted
  banned,      // a rule of the recipient's forbids a name, a type or a mark in it
  crashed,     // examining it killed a process of ours, twice
  unscanned,   // a scanner that must answer did not: our failure, never the mail's
  infected,
};
constexpr Category all_categories[] = {Category::clean,     Category::bad_header, Category::spammy,     Category::spam,
                                       Category::unchecked, Category::encrypted,  Category::ambiguous,  Category::over_limit,
                                       Category::banned,    Category::crashed,    Category::unscanned,  Category::infected};
const char* name(Category category);      // as in the configuration: "over-limit"
const char* log_word(Category category);  // as in amavisd's log: "UNCHECKED", "INFECTED"

enum class Action : uint32_t { pass, discard, reject, defer };
const char* name(Action action);

// One link of the chain of reasons: source says, about a part, that …, therefore category.
struct Reason {
  Category category = Category::clean;
  std::string source;  // "scanner clamav", "decode", "policy"
  std::string part;    // path; empty: the mail
  std::string text;    // "Eicar-Test-Signature", "limit-depth: …"; may hold bytes of the mail
};

struct RecipientJudgement {
  uint32_t recipient = 0;               // index into the envelope
  Category category = Category::clean;  // the deciding one: the highest that does not pass, else the highest
  Action action = Action::defer;
  bool quarantine = false;
  bool notify_admin = false;
  std::string rule;  // where the wish stands: "default", "/etc/postern/postern.toml:12:3"
  std::vector<Category> categories;  // all that apply to this recipient, highest first
  std::optional<int32_t> score = {};  // 1/1000 points; nothing: no scanner gave one
  SpamLevels levels = {};             // this recipient's
};

struct Judgement {
  std::vector<Category> categories;  // all that apply to any recipient, highest first; {clean} when nothing does
  std::vector<RecipientJudgement> recipients;  // one for each of the envelope, in its order
  std::vector<Reason> reasons;                 // in the order they were found
  std::vector<std::string> virus_names;        // without repetition
  std::vector<SpamTest> tests;                 // what the scores are made of
  std::string autolearn;                       // what an engine of spam has learned from it, in its words; "ham", "no"

  Category main() const { return categories.empty() ? Category::unscanned : categories.front(); }
};

}  // namespace postern::mail
