// SPDX-License-Identifier: MIT
// The ledger: one line per mail in the shape of amavisd's log, so that its analysers keep working, and the same facts
// as one JSON object. Pure; the caller writes them. Everything out of the mail is escaped.
#pragma once
#include <chrono>
#include <string>

#include "mail/contents.h"
#include "mail/findings.h"
#include "mail/judgement.h"
#include "mail/outcome.h"
#include "mail/received_mail.h"

namespace postern::report {

struct Account {  // everything known about a mail at its end; lent
  const mail::ReceivedMail& mail;
  const mail::Contents& contents;
  const mail::Findings& findings;
  const mail::Judgement& judgement;
  const mail::Outcome& outcome;
  std::chrono::milliseconds elapsed;
};

// "(12345-07) Blocked INFECTED (Eicar-Test-Signature) {DiscardedInbound,Quarantined}, [192.0.2.7]:40001 <a@b> -> <c@d>,
// quarantine: virus-….eml, Queue-ID: …, Message-ID: <…>, mail_id: …, Hits: -, size: 1234, 21 ms". amavisd-new.md
// section 9.1.
std::string log_line(const Account& account);

// amavisd-new.md section 9.2, plus "reasons".
std::string json_line(const Account& account);

// The judgement with its chain of reasons, the part tree and the reports, for "postern explain": as JSON or for people.
std::string explain_json(const mail::ReceivedMail& mail, const mail::Contents& contents, const mail::Findings& findings,
                         const mail::Judgement& judgement);
std::string explain_text(const mail::ReceivedMail& mail, const mail::Contents& contents, const mail::Findings& findings,
                         const mail::Judgement& judgement);

// One JSON object per part and line: path, declared_type, detected_type, encoding, role, names, offset, size, sha256,
// defects.
std::string parts_json(const mail::Contents& contents);

}  // namespace postern::report
