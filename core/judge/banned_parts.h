// SPDX-License-Identifier: MIT
// Which parts the recipients' rules forbid. The parts are described once a mail (every reading of every name, both types, marks); then
// each list of rules is asked. Bounded: a mail with more names than anybody reads is not described to the end, and says so. Pure.
#pragma once
#include <string>
#include <vector>

#include "mail/contents.h"
#include "mail/findings.h"
#include "policy/banned_rules.h"

namespace postern::judge {

struct Ban {
  std::string part;  // path
  std::string text;  // rule and what fitted; may hold bytes of the mail
};

class PartDescriptions {
 public:
  PartDescriptions(const mail::Contents& contents, const mail::Findings& findings);
  bool is_complete() const { return is_complete_; }

  // The first rule that fits decides over a part and all that lies in it; what the container is decided by, its members are too.
  std::vector<Ban> banned(const std::vector<const policy::RuleSet*>& rules) const;

 private:
  const mail::Contents& contents_;
  std::vector<std::vector<std::string>> names_;  // readings, by part
  std::vector<uint32_t> marks_;                  // by part
  bool is_complete_ = true;
};

}  // namespace postern::judge
