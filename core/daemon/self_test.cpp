// SPDX-License-Identifier: MIT
#include "daemon/self_test.h"

#include <algorithm>
#include <chrono>

#include "base/progress.h"
#include "mail/contents.h"
#include "postern/plugin.h"
#include "scan/scanning.h"

namespace postern::daemon {
namespace {

constexpr std::chrono::seconds longest{10};

// In two halves, so that no scanner finds it in us.
std::string eicar() { return std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-") + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"; }

// The mail, and the file as its only part, as decode would hand it on.
mail::Contents contents_of(const std::string& head, const std::string& all) {
  mail::Part file;
  file.source = mail::Part::Source::mail;
  file.path = "1";
  file.depth = 1;
  file.declared_type = "application/octet-stream";
  file.detected_type = "text/plain";
  file.names = {"eicar.com"};
  file.offset = file.raw_offset = head.size();
  file.size = file.raw_size = all.size() - head.size();
  return {{mail::whole_mail(all.size()), file}, base::Content()};
}

bool is_malware(const mail::Finding& f) { return f.category == POSTERN_CAT_MALWARE || f.category == POSTERN_CAT_PUA || f.category == POSTERN_CAT_PHISHING; }

}  // namespace

std::string self_test(const plugin::Instance& instance) {
  const std::string head =
      "From: postern@localhost\r\nTo: postern@localhost\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nSubject: self-test\r\n"
      "MIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=eicar.com\r\n\r\n";
  mail::ReceivedMail mail;
  mail.mail_id = mail.log_id = "self-test";
  mail.envelope.recipients = {{"postern@localhost", "", ""}};
  mail.content = base::Content::of(head + eicar());
  const mail::Contents contents = contents_of(head, head + eicar());
  scan::Crew crew;
  base::Progress progress;
  const scan::Settings settings;
  const std::vector<scan::Scanner> one{{&instance, 0, nullptr}};
  const auto nobody = [](const plugin::Instance&, const support::Deadline&) { return mail::ScanReport(); };
  const auto undecided = [](const mail::Finding&) { return false; };
  const auto findings = scan::scan({mail, contents, one, {}, nobody, crew, progress, settings, nullptr, undecided}, support::Deadline::in(longest));
  const mail::ScanReport& report = findings.reports.front();
  if (std::any_of(report.findings.begin(), report.findings.end(), is_malware)) return {};
  return mail::has_answered(report.state) ? "it answered that there is nothing" : std::string(name(report.state)) + ": " + report.reason;
}

}  // namespace postern::daemon
