// SPDX-License-Identifier: MIT
// The bench: three products and the book of wishes in, a judgement with its chain of reasons out. Pure: no clock, no
// I/O.
//
// How categories come about: a malware, PUA or phishing finding -> infected; a scanner without an answer and on-error =
// defer (or next with no back-up answering) -> unscanned; with pass-unchecked -> unchecked; a partial answer or an
// undecoded part -> unchecked; an encrypted part -> encrypted; two readings -> ambiguous; a limit defect or limit finding
// -> over_limit; a crashed defect -> crashed; a fault of the header -> bad_header. A rule of the recipient's that fits a
// part -> banned, for this recipient. Malformed parts and macros are reasons of the category clean: a rule may name them.
// Names of malware that all stand for spam become points. Points of all engines, added up, reach the recipient's level -> spammy, spam.
// No scanner of malware in the configuration: clean, with a reason that says so.
//
// A recipient's action is that of their highest category that is not to pass; where all may pass, a copy is
// quarantined if any of them asks for it.
#pragma once
#include <string>
#include <vector>

#include "judge/header_checks.h"
#include "mail/contents.h"
#include "mail/findings.h"
#include "mail/judgement.h"
#include "mail/received_mail.h"
#include "policy/policy.h"

namespace postern::judge {

struct Law {
  const policy::Policy& policy;
  HeaderChecks header_checks;
};

mail::Judgement judge(const mail::ReceivedMail& mail, const mail::Contents& contents, const mail::Findings& findings,
                      const Law& law, const std::vector<std::string>& listener_banks);

// Does this finding alone settle the mail for every recipient, so that nobody needs a score of it?
bool decides(const mail::Finding& finding, const mail::ReceivedMail& mail, const Law& law, const std::vector<std::string>& listener_banks);

// Why it is of this category, in one short line for replies, header and quarantine: "Eicar-Test-Signature". Printable.
std::string headline(const mail::Judgement& judgement, mail::Category category);

}  // namespace postern::judge
