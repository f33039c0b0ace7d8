// SPDX-License-Identifier: MIT
#include "mail/findings.h"

#include "postern/plugin.h"

namespace postern::mail {

const char* name(ScanState state) {
  switch (state) {
    case ScanState::answered: return "answered";
    case ScanState::partial: return "partial";
    case ScanState::unavailable: return "unavailable";
    case ScanState::failed: return "failed";
    case ScanState::timed_out: return "timed out";
    case ScanState::crashed: return "crashed";
    case ScanState::not_asked: return "not asked";
  }
  return "unknown";
}

void add(ScanReport& report, Finding finding) {
  constexpr size_t max_findings = 1000;  // of one scanner for one mail
  if (report.findings.size() < max_findings) return report.findings.push_back(std::move(finding));
  report.overflowed = true;
  const bool decides =
      finding.category == POSTERN_CAT_MALWARE || finding.category == POSTERN_CAT_PUA || finding.category == POSTERN_CAT_PHISHING;
  if (decides) report.findings.back() = std::move(finding);
}

}  // namespace postern::mail
