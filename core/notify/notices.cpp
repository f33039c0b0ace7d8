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

// The facts of one notice, without those that are empty.
class Facts {
 public:
  Facts(const mail::ReceivedMail& mail, std::string_view category) : mail_(mail) {
    notice_.kind = "mail.blocked";
    add("event.kind", notice_.kind);
    add("event.time", rfc3339(mail.arrived));
    add("event.category", std::string(category));
  }
  void add(const char* name, std::string value) {
    if (!value.empty()) notice_.facts.emplace_back(name, std::move(value));
  }
  void add_recipient(uint32_t recipient) { add("mail.rcpt", mail_.envelope.recipients.at(recipient).address); }
  mail::Notice finish(const std::string& quarantine_id) {
    add("event.quarantine", quarantine_id);
    add("mail.id", mail_.mail_id);
    add("mail.queue-id", mail_.client.ident);
    notice_.facts.emplace_back("mail.from", mail_.envelope.sender);  // an empty one is a fact, too
    const std::string_view content = mail_.content.bytes();
    add("mail.subject", mail::header_field(content, "Subject"));
    add("mail.message-id", mail::header_field(content, "Message-ID"));
    add("mail.size", std::to_string(content.size()));
    add("client.addr", mail_.client.address);
    add("client.name", mail_.client.name);
    return std::move(notice_);
  }

 private:
  const mail::ReceivedMail& mail_;
  mail::Notice notice_;
};

}  // namespace

std::vector<mail::Notice> notices(const mail::ReceivedMail& mail, const mail::Judgement& judgement,
                                  const std::string& quarantine_id) {
  const auto wishes = [](const mail::RecipientJudgement& r) { return r.notify_admin; };
  if (std::none_of(judgement.recipients.begin(), judgement.recipients.end(), wishes)) return {};
  Facts facts(mail, name(judgement.main()));
  size_t reasons = 0;
  for (const mail::Reason& reason : judgement.reasons)
    if (reason.category != mail::Category::clean && reasons++ < most_reasons) facts.add("event.reason", line(reason));
  for (const std::string& virus : judgement.virus_names) facts.add("event.virus", virus);
  for (const mail::RecipientJudgement& r : judgement.recipients)
    if (r.notify_admin) facts.add_recipient(r.recipient);
  return {facts.finish(quarantine_id)};
}

mail::Notice undeliverable_notice(const mail::ReceivedMail& mail, const std::vector<FailedRecipient>& failed,
                                  const std::string& quarantine_id) {
  Facts facts(mail, "undeliverable");
  for (size_t n = 0; n < failed.size() && n < most_reasons; ++n)
    facts.add("event.reason", "refused further on, and the sender could not be told: " + std::to_string(failed[n].reply.code) + " " +
                                  failed[n].reply.enhanced + " " + failed[n].reply.text);
  for (const FailedRecipient& f : failed) facts.add_recipient(f.recipient);
  return facts.finish(quarantine_id);
}

}  // namespace postern::notify
