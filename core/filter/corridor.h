// SPDX-License-Identifier: MIT
// The corridor: one call per room, from end to end. Read this first. Nobody works here; the clock on the wall is the mail's deadline.
// [worker]; also the tools', which walk only as far as the judgement.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "act/carry_out.h"
#include "base/progress.h"
#include "decode/unpacker.h"
#include "judge/judge.h"
#include "mail/contents.h"
#include "mail/findings.h"
#include "mail/judgement.h"
#include "mail/outcome.h"
#include "mail/received_mail.h"
#include "postern/support/deadline.h"
#include "report/mail_log.h"
#include "scan/scanning.h"

namespace postern::filter {

struct Rooms {  // everything outlives the corridor
  decode::Unpacker& unpacker;
  const std::vector<scan::Scanner>& scanners;
  const std::vector<const plugin::Instance*>& confined;  // as the unpacker was given them
  const scan::Settings& scan;
  scan::VerdictCache* verdicts;  // null: none are remembered
  judge::Law law;
  std::string hostname;
  scan::Crew& crew;
  base::Progress& progress;
};

// How large the unpacker's cage must be for the most generous of the banks.
decode::CageLimits cage(const policy::Policy& policy);

// What is different about this attempt at a mail.
struct Attempt {
  std::vector<std::string> policy_banks;  // of the listener
  std::vector<std::string> crashed;       // scanners that an earlier attempt died of
  bool is_poison = false;                 // two workers died of it: it is not examined, policy answers
};

struct Examination {
  mail::Contents contents;
  mail::Findings findings;
  mail::Judgement judgement;
};

// decode, scan, judge: without any effect.
Examination examine(const mail::ReceivedMail& mail, const Rooms& rooms, const Attempt& attempt, const support::Deadline& deadline);

// The whole way: examine, plan, carry out, report.
mail::Outcome pass(const mail::ReceivedMail& mail, const Rooms& rooms, const Attempt& attempt, act::Hands& hands,
                   const std::function<void(const report::Account&)>& report, const support::Deadline& deadline);

}  // namespace postern::filter
