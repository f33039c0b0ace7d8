// SPDX-License-Identifier: MIT
#include "report/mail_log.h"

#include <algorithm>
#include <ctime>
#include <optional>

#include "base/json.h"
#include "base/log.h"
#include "mail/bracketed.h"
#include "report/facts.h"

namespace postern::report {
namespace {

using base::log::printable;
using mail::bracketed;

constexpr size_t most_reasons = 64;  // hostile mail brings thousands; "reasons_total" says how many there were

std::string one_line(const Account& account, const std::vector<uint32_t>& recipients, bool passed);

void add_once(std::vector<std::string>& all, const std::string& one) {
  if (!one.empty() && std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

std::string joined(const std::vector<std::string>& all, const char* separator) {
  std::string text;
  for (size_t i = 0; i < all.size(); ++i) text += (i ? separator : "") + all[i];
  return text;
}

}  // namespace

std::string log_line(const Account& account) {
  std::vector<uint32_t> passed, blocked;
  for (uint32_t i = 0; i < account.outcome.recipients.size(); ++i)
    (has_passed(account, i) ? passed : blocked).push_back(i);
  if (passed.empty()) return one_line(account, blocked, false);
  if (blocked.empty()) return one_line(account, passed, true);
  return one_line(account, passed, true) + "\n" + one_line(account, blocked, false);
}

namespace {

// The category of the group, with the names of viruses where they are the reason.
std::string category_of(const Account& account, const std::vector<uint32_t>& recipients) {
  std::vector<std::string> words;
  for (const uint32_t i : recipients) add_once(words, category_word(account, i));
  std::string text = words.empty() ? log_word(account.judgement.main()) : joined(words, "+");
  if (text.find("INFECTED") == std::string::npos || account.judgement.virus_names.empty()) return text;
  std::vector<std::string> names;
  for (const std::string& name : account.judgement.virus_names) {
    if (names.size() == most_reasons) break;
    std::string shown = printable(name, 100);
    // Analysers read up to the closing bracket.
    std::replace(shown.begin(), shown.end(), '(', '[');
    std::replace(shown.begin(), shown.end(), ')', ']');
    names.push_back(std::move(shown));
  }
  return text + " (" + joined(names, ", ") + ")";
}

std::string client_of(const mail::Client& client) {
  if (client.address.empty()) return {};
  const std::string address = "[" + printable(client.address) + "]";
  return client.port.empty() ? address + " " : address + ":" + printable(client.port) + " ";
}

// Without blanks it cannot look like further items of the line.
std::string message_id(const Account& account) {
  std::string id = printable(mail::header_field(account.mail.content.bytes(), "Message-ID"), 200);
  std::replace(id.begin(), id.end(), ' ', '_');
  return id;
}

// The recipients' highest score; "-": nobody scored it.
std::string hits(const Account& account, const std::vector<uint32_t>& recipients) {
  std::optional<int32_t> highest;
  for (const uint32_t i : recipients)
    if (i < account.judgement.recipients.size() && account.judgement.recipients[i].score)
      highest = std::max(highest.value_or(INT32_MIN), *account.judgement.recipients[i].score);
  return highest ? mail::points_text(*highest) : "-";
}

std::string one_line(const Account& account, const std::vector<uint32_t>& recipients, bool passed) {
  const mail::ReceivedMail& m = account.mail;
  std::vector<std::string> done, addresses, queue_ids;
  for (const uint32_t i : recipients) {
    for (const std::string& action : actions(account, i)) add_once(done, action);
    addresses.push_back(bracketed(m.envelope.recipients.at(i).address));
    add_once(queue_ids, queued_as(account, i));
  }
  std::string line = "(" + printable(m.log_id) + ") " + (passed ? "Passed " : "Blocked ") +
                     category_of(account, recipients) + " {" + joined(done, ",") + "}, " + client_of(m.client) +
                     bracketed(m.envelope.sender) + " -> " + joined(addresses, ",");
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) line += std::string(", ") + name + ": " + value;
  };
  add("quarantine", printable(account.outcome.quarantine_file));
  add("Queue-ID", printable(m.client.ident));
  add("Message-ID", message_id(account));
  add("mail_id", printable(m.mail_id));
  add("Hits", hits(account, recipients));
  add("size", std::to_string(m.content.size()));
  add("queued_as", joined(queue_ids, "/"));
  return line + ", " + std::to_string(account.elapsed.count()) + " ms";
}

const char* protocol_word(mail::Protocol protocol) {
  switch (protocol) {
    case mail::Protocol::smtp:
      return "SMTP";
    case mail::Protocol::esmtp:
      return "ESMTP";
    case mail::Protocol::lmtp:
      return "LMTP";
    case mail::Protocol::local:
      return "local";
  }
  return "";
}

std::string iso8601(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[32];
  const size_t n = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count() % 1000;
  const std::string digits = std::to_string(1000 + (ms + 1000) % 1000);
  return std::string(text, n) + "." + digits.substr(1) + "Z";
}

void write_facts_of_the_mail(base::JsonWriter& json, const Account& account) {
  const mail::ReceivedMail& m = account.mail;
  const std::string_view content = m.content.bytes();
  json.field("type", "postern").field("log_id", m.log_id).field("mail_id", m.mail_id);
  json.field("@timestamp", iso8601(m.arrived)).field("time_unix", std::chrono::system_clock::to_time_t(m.arrived));
  json.field("queue_id", m.client.ident).field("client_ip", m.client.address).field("client_port", m.client.port);
  json.field("client_name", m.client.name).field("client_helo", m.client.helo);
  json.field("src_ip", m.peer).field("listener", m.listener).field("protocol", protocol_word(m.protocol));
  json.field("mail_from", m.envelope.sender);
  for (const auto& [key, field] : {std::pair("from_raw", "From"),
                                   {"to_addr", "To"},
                                   {"cc_addr", "Cc"},
                                   {"subject", "Subject"},
                                   {"message_id", "Message-ID"},
                                   {"user_agent", "User-Agent"}})
    json.field(key, mail::header_field(content, field).substr(0, 1000));
  json.field("size", m.content.size());
  const auto& parts = account.contents.parts();
  if (!parts.empty() && parts.front().digest != base::Sha256{}) json.field("digest_sha256", base::hex(parts.front().digest));
}

void write_attached_names(base::JsonWriter& json, const mail::Contents& contents) {
  size_t written = 0;
  json.key("attached_file_names").begin_array();
  for (const mail::Part& part : contents.parts())
    if (!part.names.empty() && written++ < most_reasons) json.value(part.names.front().substr(0, 250));
  json.end_array();
}

void write_verdict(base::JsonWriter& json, const Account& account) {
  const mail::Judgement& j = account.judgement;
  json.field("ccat_main", log_word(j.main()));
  json.key("virusnames").begin_array();
  for (size_t i = 0; i < std::min(j.virus_names.size(), most_reasons); ++i) json.value(j.virus_names[i]);
  json.end_array();
  json.key("reasons").begin_array();
  for (size_t i = 0; i < std::min(j.reasons.size(), most_reasons); ++i) {
    const mail::Reason& r = j.reasons[i];
    json.begin_object().field("category", name(r.category)).field("source", r.source);
    json.field("part", r.part).field("text", r.text.substr(0, 1000)).end_object();
  }
  json.end_array().field("reasons_total", j.reasons.size());
  json.key("tests").begin_array();
  for (size_t i = 0; i < std::min(j.tests.size(), most_reasons); ++i) {
    json.begin_object().field("name", j.tests[i].name.substr(0, 100)).key("score").number(mail::points_text(j.tests[i].points));
    if (j.tests[i].recipient != 0) json.field("rid", j.tests[i].recipient - 1);
    json.end_object();
  }
  json.end_array();
}

void write_scanners(base::JsonWriter& json, const mail::Findings& findings) {
  json.key("av_scan").begin_array();
  for (const mail::ScanReport& r : findings.reports) {
    json.begin_object().field("scanner", r.instance).field("state", name(r.state)).field("findings", r.findings.size());
    if (!r.reason.empty()) json.field("reason", r.reason);
    json.field("elapsed_us", r.elapsed.count()).field("timed", r.timed).end_object();
  }
  json.end_array();
}

void write_recipients(base::JsonWriter& json, const Account& account) {
  json.field("rcpt_num", account.outcome.recipients.size());
  json.key("recipients").begin_array();
  for (uint32_t i = 0; i < account.outcome.recipients.size(); ++i) {
    const mail::RecipientOutcome& o = account.outcome.recipients[i];
    json.begin_object().field("rid", i).field("rcpt_to", account.mail.envelope.recipients.at(i).address);
    json.field("action", has_passed(account, i) ? "PASS" : "BLOCK").field("ccat_main", category_word(account, i));
    if (i < account.judgement.recipients.size()) {
      json.field("rule", account.judgement.recipients[i].rule);
      if (const auto& score = account.judgement.recipients[i].score) json.key("score").number(mail::points_text(*score));
    }
    json.field("actions_performed", joined(actions(account, i), ",")).field("disposition", name(o.disposition));
    json.field("queued_as", queued_as(account, i)).field("where", o.where);
    json.field("smtp_code", o.reply.code).field("smtp_code_enh", o.reply.enhanced).field("smtp_response", o.reply.text);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string json_line(const Account& account) {
  base::JsonWriter json;
  json.begin_object();
  write_facts_of_the_mail(json, account);
  write_attached_names(json, account.contents);
  write_verdict(json, account);
  json.field("quarantine", account.outcome.quarantine_file).field("quarantine_id", account.outcome.quarantine_id);
  write_scanners(json, account.findings);
  json.key("elapsed").begin_object().field("total_ms", account.elapsed.count()).end_object();
  write_recipients(json, account);
  json.field("message", log_line(account)).end_object();
  return json.text();
}

}  // namespace postern::report
