// SPDX-License-Identifier: MIT
#include "judge/banned_parts.h"

#include <algorithm>

#include "policy/file_names.h"
#include "postern/plugin.h"

namespace postern::judge {
namespace {

using mail::Defect;
using mail::DefectKind;
using mail::Part;
using policy::Mark;

constexpr size_t most_readings = 20'000;  // of one mail; real ones have some dozens
constexpr size_t most_bans = 100;         // that are told; the first decides

constexpr uint32_t bit(Mark mark) { return 1u << static_cast<uint32_t>(mark); }

uint32_t marks_of(DefectKind kind) {
  switch (kind) {
    case DefectKind::encrypted: return bit(Mark::encrypted) | bit(Mark::undecipherable);
    case DefectKind::undecoded:
    case DefectKind::limit:
    case DefectKind::crashed: return bit(Mark::undecipherable);
    case DefectKind::macro: return bit(Mark::macro);
    case DefectKind::ambiguous: return bit(Mark::ambiguous);
    case DefectKind::malformed:
    case DefectKind::note: return 0;
  }
  return bit(Mark::undecipherable);
}

uint32_t marks_of(const mail::Finding& finding) {
  switch (finding.category) {
    case POSTERN_CAT_ENCRYPTED: return bit(Mark::encrypted) | bit(Mark::undecipherable);
    case POSTERN_CAT_LIMIT: return bit(Mark::undecipherable);
    case POSTERN_CAT_MACRO: return bit(Mark::macro);
    case POSTERN_CAT_AMBIGUOUS: return bit(Mark::ambiguous);
    default: return 0;
  }
}

uint32_t marks_of(const Part& part) {
  uint32_t marks = 0;
  for (const Defect& defect : part.defects) marks |= marks_of(defect.kind);
  if (part.flags & POSTERN_PART_ENCRYPTED) marks |= marks_of(DefectKind::encrypted);
  if (part.flags & POSTERN_PART_TRUNCATED) marks |= marks_of(DefectKind::undecoded);
  return marks;
}

std::vector<std::string> readings_of(const Part& part) {
  std::vector<std::string> all;
  for (const std::string& name : part.names)
    for (std::string& reading : policy::readings(name))
      if (std::find(all.begin(), all.end(), reading) == all.end()) all.push_back(std::move(reading));
  return all;
}

struct Decision {
  bool is_made = false, is_ban = false;
  std::string text;
};

Decision decide(const policy::Described& part, const std::vector<const policy::RuleSet*>& rules) {
  for (const policy::RuleSet* set : rules)
    for (const policy::Rule& rule : set->rules)
      if (const auto found = rule.fits(part))
        return {true, !rule.allow, rule.name + ": " + *found + " (" + (rule.origin.file.empty() ? set->name : rule.origin.text()) + ")"};
  return {};
}

}  // namespace

PartDescriptions::PartDescriptions(const mail::Contents& contents, const mail::Findings& findings) : contents_(contents) {
  size_t readings = 0;
  const auto has_more_than_are_read = [](const std::string& name) { return policy::readings(name).size() >= policy::max_readings; };
  for (const Part& part : contents.parts()) {
    marks_.push_back(marks_of(part));
    names_.emplace_back();
    if (readings >= most_readings) {
      is_complete_ = is_complete_ && part.names.empty();
      continue;
    }
    names_.back() = readings_of(part);
    readings += names_.back().size();
    // One name that could be sixteen is no name but a riddle.
    if (names_.back().size() >= policy::max_readings && std::any_of(part.names.begin(), part.names.end(), has_more_than_are_read))
      is_complete_ = false;
  }
  for (const mail::ScanReport& report : findings.reports)
    for (const mail::Finding& finding : report.findings)
      if (finding.part < marks_.size()) marks_[finding.part] |= marks_of(finding);
}

std::vector<Ban> PartDescriptions::banned(const std::vector<const policy::RuleSet*>& rules) const {
  std::vector<Ban> bans;
  std::vector<bool> is_decided(contents_.parts().size());
  for (size_t i = 0; i < contents_.parts().size(); ++i) {
    const Part& part = contents_.parts()[i];
    // Containers stand before their members, so theirs is known.
    if (i > 0 && is_decided[part.parent]) {
      is_decided[i] = true;
      continue;
    }
    Decision decision = decide({names_[i], part.declared_type, part.detected_type, marks_[i]}, rules);
    is_decided[i] = decision.is_made;
    if (decision.is_ban && bans.size() < most_bans) bans.push_back({part.path, std::move(decision.text)});
  }
  return bans;
}

}  // namespace postern::judge
