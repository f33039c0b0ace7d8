// SPDX-License-Identifier: MIT
// The printers for people and tools who ask why: the part tree, what the scanners said, the verdict and its reasons.
#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "mail/bracketed.h"
#include "postern/plugin.h"
#include "report/mail_log.h"

namespace postern::report {
namespace {

using base::JsonWriter;
using base::log::printable;

constexpr std::pair<uint32_t, const char*> part_flags[] = {{POSTERN_PART_ENCRYPTED, "encrypted"},
                                                           {POSTERN_PART_BROKEN, "broken"},
                                                           {POSTERN_PART_TRUNCATED, "truncated"},
                                                           {POSTERN_PART_SPECIAL, "special"},
                                                           {POSTERN_PART_CONTAINER, "container"}};

void write_part(JsonWriter& json, const mail::Contents& contents, const mail::Part& part) {
  json.begin_object().field("path", part.path);
  // The mail itself is nobody's child.
  const bool has_parent = part.depth > 0 && part.parent < contents.parts().size();
  json.field("parent", has_parent ? contents.parts()[part.parent].path : "");
  json.field("depth", part.depth).field("declared_type", part.declared_type).field("detected_type", part.detected_type);
  json.field("encoding", part.encoding).field("role", part.role).field("decoder", part.decoder);
  json.key("names").begin_array();
  for (const std::string& one : part.names) json.value(one);
  json.end_array();
  json.field("offset", part.offset)
      .field("size", part.size)
      .field("raw_offset", part.raw_offset)
      .field("raw_size", part.raw_size);
  if (part.digest != base::Sha256{}) json.field("sha256", base::hex(part.digest));  // made only by who needs it
  json.key("flags").begin_array();
  for (const auto& [flag, word] : part_flags)
    if (part.flags & flag) json.value(word);
  json.end_array();
  json.key("defects").begin_array();
  for (const mail::Defect& d : part.defects)
    json.begin_object().field("kind", name(d.kind)).field("code", d.code).field("text", d.text).end_object();
  json.end_array().end_object();
}

void write_report(JsonWriter& json, const mail::Contents& contents, const mail::ScanReport& report) {
  json.begin_object()
      .field("scanner", report.instance)
      .field("state", name(report.state))
      .field("backup", report.backup);
  json.field("reason", report.reason).field("elapsed_us", report.elapsed.count()).field("timed", report.timed);
  json.key("findings").begin_array();
  for (const mail::Finding& f : report.findings) {
    json.begin_object()
        .field("category", f.category)
        .field("score", f.score)
        .field("name", f.name)
        .field("text", f.text);
    json.field("part", f.part < contents.parts().size() ? contents.parts()[f.part].path : "");
    json.field("heuristic", (f.flags & POSTERN_FIND_HEURISTIC) != 0).end_object();
  }
  json.end_array().key("notes").begin_array();
  for (const auto& [key, value] : report.notes)
    json.begin_object().field("name", key).field("value", value).end_object();
  json.end_array().end_object();
}

void write_recipient(JsonWriter& json, const mail::ReceivedMail& mail, const mail::RecipientJudgement& r) {
  json.begin_object().field("address", mail.envelope.recipients.at(r.recipient).address);
  json.field("category", name(r.category)).field("action", name(r.action)).field("quarantine", r.quarantine);
  json.field("notify_admin", r.notify_admin).field("rule", r.rule);
  if (r.score) json.key("score").number(mail::points_text(*r.score));
  json.end_object();
}

std::string size_text(uint64_t bytes) {
  if (bytes < 10240) return std::to_string(bytes) + " bytes";
  if (bytes < 10240 * 1024ull) return std::to_string(bytes / 1024) + " KiB";
  return std::to_string(bytes / (1024 * 1024)) + " MiB";
}

std::string message_text(const mail::ReceivedMail& mail) {
  std::string out = "message  " + mail::bracketed(mail.envelope.sender) + " ->";
  for (const mail::Recipient& r : mail.envelope.recipients) out += " " + mail::bracketed(r.address);
  return out + "  " + size_text(mail.content.size()) + "\n";
}

std::string type_text(const mail::Part& part) {
  const std::string declared = printable(part.declared_type, 100), detected = printable(part.detected_type, 100);
  if (declared.empty() || declared == detected) return detected.empty() ? "unknown type" : detected;
  return "declared " + declared + (detected.empty() ? "" : ", is " + detected);
}

std::string part_text(const mail::Part& part) {
  std::string out(2 * std::min<size_t>(part.depth, 20), ' ');
  out += printable(part.path) + "  ";
  for (const std::string& one : part.names) out += "\"" + printable(one, 120) + "\" ";
  out += type_text(part);
  if (!part.role.empty()) out += " (" + printable(part.role) + ")";
  for (const auto& [flag, word] : part_flags)
    if (part.flags & flag & ~static_cast<uint32_t>(POSTERN_PART_CONTAINER)) out += std::string(" ") + word;
  out += " " + size_text(part.size);
  for (const mail::Defect& d : part.defects)
    out += std::string("  <- ") + name(d.kind) + ": " + printable(d.code, 100) +
           (d.text.empty() ? "" : ": " + printable(d.text, 200));
  return out + "\n";
}

std::string report_text(const mail::Contents& contents, const mail::ScanReport& report) {
  char seconds[32];
  ::snprintf(seconds, sizeof seconds, "%.3f s", static_cast<double>(report.elapsed.count()) / 1e6);
  std::string out = "scanner  " + printable(report.instance) + (report.timed ? "  " : "  at most ") + seconds + "  " + name(report.state);
  if (!report.reason.empty()) out += ": " + printable(report.reason);
  if (report.state == mail::ScanState::answered && report.findings.empty()) out += ", found nothing";
  for (const mail::Finding& f : report.findings) {
    out += "\n    " + printable(f.name, 200);
    if (f.part < contents.parts().size()) out += " in " + printable(contents.parts()[f.part].path);
    if (f.score != 0) {
      out += "  " + mail::points_text(f.score) + " points";
    }
    if (!f.text.empty()) out += "  " + printable(f.text, 200);
  }
  for (const auto& [key, value] : report.notes) out += "\n    " + printable(key, 100) + " = " + printable(value, 200);
  return out + "\n";
}

std::string verdict_text(const mail::ReceivedMail& mail, const mail::Judgement& judgement) {
  std::string out = "verdict  ";
  for (size_t i = 0; i < judgement.categories.size(); ++i)
    out += std::string(i == 0 ? "" : i == 1 ? ", over " : ", ") + log_word(judgement.categories[i]);
  out += "\n";
  for (const mail::RecipientJudgement& r : judgement.recipients)
    out += "    " + mail::bracketed(mail.envelope.recipients.at(r.recipient).address) + "  " + name(r.category) +
           " -> " + name(r.action) + (r.quarantine ? ", quarantine" : "") + (r.notify_admin ? ", notify admin" : "") +
           (r.score ? ", " + mail::points_text(*r.score) + " points" : "") + "  (" + printable(r.rule) + ")\n";
  for (const mail::Reason& reason : judgement.reasons)
    out += "why      " + printable(reason.source) + " -> " + name(reason.category) + ": " + printable(reason.text) +
           (reason.part.empty() ? "" : " in " + printable(reason.part)) + "\n";
  return out;
}

}  // namespace

std::string explain_json(const mail::ReceivedMail& mail, const mail::Contents& contents, const mail::Findings& findings,
                         const mail::Judgement& judgement) {
  JsonWriter json;
  json.begin_object().field("mail_from", mail.envelope.sender).field("size", mail.content.size());
  json.key("parts").begin_array();
  for (const mail::Part& part : contents.parts()) write_part(json, contents, part);
  json.end_array().key("scanners").begin_array();
  for (const mail::ScanReport& report : findings.reports) write_report(json, contents, report);
  json.end_array().field("verdict", name(judgement.main())).key("categories").begin_array();
  for (const mail::Category c : judgement.categories) json.value(name(c));
  json.end_array().key("virus_names").begin_array();
  for (const std::string& virus : judgement.virus_names) json.value(virus);
  json.end_array().key("recipients").begin_array();
  for (const mail::RecipientJudgement& r : judgement.recipients) write_recipient(json, mail, r);
  json.end_array().key("reasons").begin_array();
  for (const mail::Reason& r : judgement.reasons) {
    json.begin_object().field("category", name(r.category)).field("source", r.source);
    json.field("part", r.part).field("text", r.text).end_object();
  }
  json.end_array().end_object();
  return json.text();
}

std::string explain_text(const mail::ReceivedMail& mail, const mail::Contents& contents, const mail::Findings& findings,
                         const mail::Judgement& judgement) {
  std::string out = message_text(mail);
  for (const mail::Part& part : contents.parts()) out += part_text(part);
  for (const mail::ScanReport& report : findings.reports) out += report_text(contents, report);
  return out + verdict_text(mail, judgement);
}

std::string parts_json(const mail::Contents& contents) {
  std::string out;
  for (const mail::Part& part : contents.parts()) {
    JsonWriter json;
    write_part(json, contents, part);
    out += json.text() + "\n";
  }
  return out;
}

}  // namespace postern::report
