// SPDX-License-Identifier: MIT
#include "filter/corridor.h"

#include <algorithm>
#include <chrono>

#include "act/plan.h"
#include "judge/judge.h"
#include "quarantine/quarantine.h"

namespace postern::filter {
namespace {

using base::Room;

// Kept back for carrying out and answering, whatever the engines do with the rest.
constexpr std::chrono::milliseconds reserve{10000};

support::Deadline for_examining(const support::Deadline& deadline) {
  return deadline.left() > 4 * reserve ? deadline.earlier_by(reserve) : deadline.earlier_by(deadline.left() / 4);
}

// A mail nobody may open any more: one part, and the reason.
mail::Contents unopened(const mail::ReceivedMail& mail) {
  mail::Part whole = mail::whole_mail(mail.content.size());
  whole.defects.push_back({mail::DefectKind::crashed, mail::workers_crashed, "two workers died examining this mail"});
  return {{whole}, base::Content()};
}

mail::Findings scan_all(const mail::ReceivedMail& mail, const mail::Contents& contents, const Rooms& rooms, const Attempt& attempt,
                        const support::Deadline& deadline) {
  const auto confined = [&](const plugin::Instance& scanner, const support::Deadline& until) {
    const auto at = std::find(rooms.confined.begin(), rooms.confined.end(), &scanner);
    return rooms.unpacker.scan(static_cast<size_t>(at - rooms.confined.begin()), until);
  };
  const auto decides = [&](const mail::Finding& finding) { return judge::decides(finding, mail, rooms.law, attempt.policy_banks); };
  return scan::scan({mail, contents, rooms.scanners, attempt.crashed, confined, rooms.crew, rooms.progress, rooms.scan, rooms.verdicts, decides}, deadline);
}

}  // namespace

decode::CageLimits cage(const policy::Policy& policy) {
  return {policy.limits().memory, policy.most_bytes()};
}

Examination examine(const mail::ReceivedMail& mail, const Rooms& rooms, const Attempt& attempt, const support::Deadline& deadline) {
  const support::Deadline until = for_examining(deadline);
  Examination e;
  rooms.progress.enter(Room::decode);
  e.contents = attempt.is_poison ? unopened(mail) : rooms.unpacker.unpack(mail, rooms.law.policy.limits_for(mail, attempt.policy_banks), until);
  rooms.progress.enter(Room::scan);
  if (!attempt.is_poison) e.findings = scan_all(mail, e.contents, rooms, attempt, until);
  rooms.progress.enter(Room::judge);
  e.judgement = judge::judge(mail, e.contents, e.findings, rooms.law, attempt.policy_banks);
  return e;
}

mail::Outcome pass(const mail::ReceivedMail& mail, const Rooms& rooms, const Attempt& attempt, act::Hands& hands,
                   const std::function<void(const report::Account&)>& report, const support::Deadline& deadline) {
  const auto began = std::chrono::steady_clock::now();
  const Examination e = examine(mail, rooms, attempt, deadline);
  rooms.progress.enter(Room::act);
  const mail::Plan plan = act::plan(mail, e.judgement, {rooms.hostname, [&] { return quarantine::quarantine_id(mail); }});
  const mail::Outcome outcome = act::carry_out(plan, mail, hands, deadline);
  rooms.progress.enter(Room::report);
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  report({mail, e.contents, e.findings, e.judgement, outcome, elapsed});
  return outcome;
}

}  // namespace postern::filter
