// SPDX-License-Identifier: MIT
// Contents in, Findings out: every configured scanner looks. Scanners of malware first, the primaries at the same time (crew.h);
// scanners of scores beside them after a head start, unless malware has decided by then. Back-ups only when no primary of their kind
// gave an answer, or one that gave none is configured with on-error = "next". Who is known to be down is not asked (breaker.h), what was
// examined before is not examined again (verdict_cache.h). Each call has its own deadline, and the scoreboard knows of it, so that the
// parent can kill what does not come back. Never throws for what a scanner does: a failure is a report with a reason.
// Errors of the machine (no memory for a part's file or a stack, no thread): std::system_error, std::bad_alloc, when every scanner is back.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "mail/contents.h"
#include "mail/findings.h"
#include "mail/received_mail.h"
#include "plugin/instance.h"
#include "postern/support/deadline.h"
#include "scan/crew.h"
#include "scan/record.h"
#include "scan/settings.h"
#include "scan/verdict_cache.h"

namespace postern::scan {

// A configured scanner with its number on the scoreboard.
struct Scanner {
  const plugin::Instance* instance = nullptr;
  uint32_t number = 0;
  ScannerRecord* record = nullptr;  // null: nobody keeps one, as in the tools

  bool gives_scores() const { return (instance->worker->flags & POSTERN_RUN_SCORES) != 0; }
  bool waits() const { return (instance->worker->flags & POSTERN_RUN_WAITS) != 0; }
};

struct Request {
  const mail::ReceivedMail& mail;
  const mail::Contents& contents;
  const std::vector<Scanner>& scanners;         // in the order of the configuration
  const std::vector<std::string>& crashed;      // instances that killed an earlier attempt: not asked again for this mail
  // Runs a scanner whose home is the cage.
  std::function<mail::ScanReport(const plugin::Instance&, const support::Deadline&)> confined;
  Crew& crew;
  base::Progress& progress;
  const Settings& settings;
  VerdictCache* cache;  // null: none
  // Does this finding decide over the mail for everybody, so that no score is wanted?
  std::function<bool(const mail::Finding&)> decides;
};

mail::Findings scan(const Request& request, const support::Deadline& deadline);

}  // namespace postern::scan
