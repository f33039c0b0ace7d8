// SPDX-License-Identifier: MIT
#include "act/plan.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "act/spam_fields.h"
#include "judge/judge.h"
#include "notify/notices.h"

namespace postern::act {
namespace {

using mail::Action;
using mail::Category;
using mail::RecipientJudgement;

const char* protocol_word(mail::Protocol protocol) {
  switch (protocol) {
    case mail::Protocol::smtp: return "SMTP";
    case mail::Protocol::esmtp: return "ESMTP";
    case mail::Protocol::lmtp: return "LMTP";
    case mail::Protocol::local: return "local";
  }
  return "SMTP";
}

// RFC 5322 3.3, in UTC.
std::string date(std::chrono::system_clock::time_point when) {
  const std::time_t t = std::chrono::system_clock::to_time_t(when);
  std::tm utc{};
  ::gmtime_r(&t, &utc);
  char text[64];
  const size_t n = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &utc);
  return {text, n};
}

// A value inside a field of ours: printable ASCII without what would end a comment or an atom.
std::string safe(const std::string& text) {
  std::string out;
  for (const char c : text.substr(0, 255))
    if (c > ' ' && c < 0x7f && c != '(' && c != ')' && c != ';' && c != '\\' && c != '"') out += c;
  return out.empty() ? "unknown" : out;
}

// RFC 5321 4.4: the trace of this hop, so that a loop is seen by everybody on it.
std::string received(const mail::ReceivedMail& mail, const std::string& hostname) {
  return "from " + safe(mail.peer == "unix" ? "localhost" : "[" + mail.peer + "]") + " by " + safe(hostname) + " (Postern, " +
         safe(mail.listener) + ") with " + protocol_word(mail.protocol) + "\r\n\tid " + mail.mail_id + "; " + date(mail.arrived);
}

// What the recipient's own rules made of the mail, not what others' did.
Category highest(const RecipientJudgement& r) {
  return r.categories.empty() ? r.category : r.categories.front();
}

std::string alert(const mail::Judgement& judgement, Category category) {
  std::string text = std::string(mail::log_word(category)) + ", " + judge::headline(judgement, category);
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';  // not every next hop takes a header that is not ASCII
  return text;
}

// quarantine_id: empty where the recipient's copy is not held as well.
mail::HeaderEdits edits(const mail::ReceivedMail& mail, const mail::Judgement& judgement, const std::string& hostname,
                        const RecipientJudgement& r, const std::string& quarantine_id) {
  const Category category = highest(r);
  mail::HeaderEdits e;
  e.prepend.emplace_back("Received", received(mail, hostname));
  e.prepend.emplace_back("X-Virus-Scanned", "Postern at " + safe(hostname));
  const bool is_told_by_spam_fields = category == Category::spam || category == Category::spammy;
  if (category != Category::clean && !is_told_by_spam_fields) e.prepend.emplace_back("X-Amavis-Alert", alert(judgement, category));
  if (!quarantine_id.empty()) e.prepend.emplace_back("X-Quarantine-ID", "<" + quarantine_id + ">");
  // A sender must not be able to speak in our name.
  e.remove = {"X-Amavis-Alert", "X-Quarantine-ID"};
  add_spam_fields(judgement, r, e);
  return e;
}

// Recipients with equal edits share one transaction.
void deliver(mail::HeaderEdits edits, uint32_t recipient, std::vector<mail::DeliveryGroup>& groups) {
  const auto same = std::find_if(groups.begin(), groups.end(), [&](const mail::DeliveryGroup& g) { return g.edits == edits; });
  if (same != groups.end()) same->recipients.push_back(recipient);
  else groups.push_back({{recipient}, std::move(edits)});
}

// A mail that is deferred comes again: it is held once its fate is certain, not before.
bool is_held(const RecipientJudgement& r) {
  return r.quarantine && r.action != Action::defer;
}

// RFC 3463: 5.7.x security and policy. What the client learns is the category and our id, nothing of our insides.
mail::Reply refusal(const RecipientJudgement& r, const mail::ReceivedMail& mail, const mail::Judgement& judgement) {
  const std::string what = "id=" + mail.mail_id + " - " + mail::log_word(r.category) +
                           (r.category == Category::clean ? "" : ": " + judge::headline(judgement, r.category));
  switch (r.action) {
    case Action::discard: return {250, "2.7.0", "Ok, discarded, " + what};
    case Action::reject: return {554, "5.7.0", "Reject, " + what};
    case Action::defer:
    case Action::pass: break;
  }
  // The headline of an unscanned mail names our scanners: that is for the log.
  return {451, "4.7.1", "Content could not be examined, please try again later, id=" + mail.mail_id};
}

}  // namespace

mail::Plan plan(const mail::ReceivedMail& mail, const mail::Judgement& judgement, const PlanSettings& settings) {
  mail::Plan plan;
  mail::QuarantineOrder order;
  if (std::any_of(judgement.recipients.begin(), judgement.recipients.end(), is_held)) order.id = settings.quarantine_id();
  for (const RecipientJudgement& r : judgement.recipients) {
    if (is_held(r)) {
      order.recipients.push_back(r.recipient);
      order.category = std::max(order.category, r.action == Action::pass ? highest(r) : r.category);
    }
    if (r.action == Action::pass) deliver(edits(mail, judgement, settings.hostname, r, is_held(r) ? order.id : std::string()), r.recipient, plan.deliveries);
    else plan.answers.push_back({r.recipient, r.action, refusal(r, mail, judgement)});
  }
  if (!order.recipients.empty()) {
    order.reason = judge::headline(judgement, order.category);
    plan.quarantine = std::move(order);
  }
  plan.notices = notify::notices(mail, judgement, plan.quarantine ? plan.quarantine->id : std::string());
  return plan;
}

}  // namespace postern::act
