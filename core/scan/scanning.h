// SPDX-License-Identifier: MIT
// Contents in, Findings out: every configured scanner looks, primaries at the same time in threads of their own, back-ups only when no
// primary gave an answer, or one that gave none is configured with on-error = "next". Each call has its own deadline, and the scoreboard knows of it, so that the parent can kill what does
// not come back. Never throws for what a scanner does: a failure is a report with a reason.
// Errors of the machine (no memory for a part's file, no thread): std::system_error, when every scanner is back.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "mail/contents.h"
#include "mail/findings.h"
#include "mail/received_mail.h"
#include "plugin/instance.h"
#include "postern/support/deadline.h"

namespace postern::scan {

// A configured scanner with its number on the scoreboard.
struct Scanner {
  const plugin::Instance* instance = nullptr;
  uint32_t number = 0;
};

struct Request {
  const mail::ReceivedMail& mail;
  const mail::Contents& contents;
  const std::vector<Scanner>& scanners;         // in the order of the configuration
  const std::vector<std::string>& crashed;      // instances that killed an earlier attempt: not asked again for this mail
  // Runs a scanner whose home is the cage.
  std::function<mail::ScanReport(const plugin::Instance&, const support::Deadline&)> confined;
  base::Progress& progress;
};

mail::Findings scan(const Request& request, const support::Deadline& deadline);

}  // namespace postern::scan
