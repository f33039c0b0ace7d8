// SPDX-License-Identifier: MIT
// The bench: three products and the book of wishes in, a judgement with its chain of reasons out. Pure: no clock, no
// I/O.
//
// How categories come about: a malware, PUA or phishing finding -> infected; a scanner without an answer and on-error =
// defer (or next with no back-up answering) -> unscanned; with pass-unchecked -> unchecked; a partial answer, an
// encrypted or undecoded part -> unchecked; a limit defect or limit finding -> over_limit; a crashed defect -> crashed.
// Malformed, ambiguous and macro defects are reasons of the category clean until a policy names them. No scanner at all
// in the configuration: clean, with a reason that says so.
#pragma once
#include <string>
#include <vector>

#include "mail/contents.h"
#include "mail/findings.h"
#include "mail/judgement.h"
#include "mail/received_mail.h"
#include "policy/policy.h"

namespace postern::judge {

mail::Judgement judge(const mail::ReceivedMail& mail, const mail::Contents& contents, const mail::Findings& findings,
                      const policy::Policy& policy, const std::vector<std::string>& listener_banks);

// The reason of a blocking category in one short line for replies and the quarantine: "Eicar-Test-Signature".
// Printable.
std::string headline(const mail::Judgement& judgement);

}  // namespace postern::judge
