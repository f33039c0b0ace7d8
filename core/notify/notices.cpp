// SPDX-License-Identifier: MIT
#include "notify/notices.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace postern::notify {
namespace {

constexpr size_t most_reasons = 32;  // a mail with a thousand defects is blocked for the first ones

std::string rfc3339(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  const size_t n = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return {text.data(), n};
}

std::string line(const mail::Reason& reason) {
  return reason.source + ": " + reason.text + (reason.part.empty() ? "" : " in part " + reason.part);
}

}  // namespace

std::vector<mail::Notice> notices(const mail::ReceivedMail& mail, const mail::Judgement& judgement,
                                  const std::string& quarantine_id) {
  mail::Notice notice;
  notice.kind = "mail.blocked";
  const auto add = [&](const char* name, std::string value) {
    if (!value.empty()) notice.facts.emplace_back(name, std::move(value));
  };
  add("event.kind", notice.kind);
  add("event.time", rfc3339(mail.arrived));
  add("event.category", name(judgement.main()));
  size_t reasons = 0;
  for (const mail::Reason& reason : judgement.reasons)
    if (reason.category != mail::Category::clean && reasons++ < most_reasons) add("event.reason", line(reason));
  for (const std::string& virus : judgement.virus_names) add("event.virus", virus);
  add("event.quarantine", quarantine_id);
  add("mail.id", mail.mail_id);
  add("mail.queue-id", mail.client.ident);
  notice.facts.emplace_back("mail.from", mail.envelope.sender);  // an empty one is a fact, too
  const size_t before = notice.facts.size();
  for (const mail::RecipientJudgement& r : judgement.recipients)
    if (r.notify_admin) add("mail.rcpt", mail.envelope.recipients.at(r.recipient).address);
  if (notice.facts.size() == before) return {};  // nobody wishes to hear of it
  const std::string_view content = mail.content.bytes();
  add("mail.subject", mail::header_field(content, "Subject"));
  add("mail.message-id", mail::header_field(content, "Message-ID"));
  add("mail.size", std::to_string(content.size()));
  add("client.addr", mail.client.address);
  add("client.name", mail.client.name);
  return {std::move(notice)};
}

}  // namespace postern::notify
