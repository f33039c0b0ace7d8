// SPDX-License-Identifier: MIT
#include "judge/spam_score.h"

#include <algorithm>

#include "postern/plugin.h"

namespace postern::judge {
namespace {

constexpr int64_t most = 1'000'000;  // points times 1000: beyond, a number says no more

bool is_score(const mail::Finding& finding) { return finding.category == POSTERN_CAT_SPAM || finding.category == POSTERN_CAT_TRUSTED; }

}  // namespace

SpamScore::SpamScore(const mail::Findings& findings) {
  for (const mail::ScanReport& report : findings.reports) {
    std::vector<Points> engine;
    for (const mail::Finding& finding : report.findings) {
      if (!is_score(finding)) continue;
      const bool is_total = (finding.flags & POSTERN_FIND_TOTAL) != 0;
      engine.push_back({finding.recipient, finding.score, is_total});
      if (!is_total) tests_.push_back({finding.name, finding.score, finding.recipient});
    }
    // An engine of scores that answers and finds nothing has given 0.
    if (!engine.empty() || (report.scores && has_answered(report.state))) engines_.push_back(std::move(engine));
  }
}

void SpamScore::add_test(std::string name, int32_t points) {
  engines_.push_back({{0, points, false}});
  tests_.push_back({std::move(name), points, 0});
}

std::optional<int32_t> SpamScore::of(uint32_t recipient) const {
  if (engines_.empty()) return std::nullopt;
  int64_t score = 0;
  for (const std::vector<Points>& engine : engines_) {
    const Points* total = nullptr;
    int64_t sum = 0;
    for (const Points& one : engine) {
      const bool is_theirs = one.recipient == recipient + 1;
      if (one.recipient != 0 && !is_theirs) continue;
      if (!one.is_total) sum += one.points;
      else if (!total || is_theirs) total = &one;
    }
    score += total ? total->points : sum;
  }
  return static_cast<int32_t>(std::clamp(score, -most, most));
}

}  // namespace postern::judge
