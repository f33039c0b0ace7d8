// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <algorithm>

#include <postern/support/http.h>
#include <postern/support/servers.h>
#include <postern/support/shortened.h>

namespace postern::rspamd {
namespace {

using std::chrono::milliseconds;
using support::Deadline;
using support::Endpoint;
using support::HttpFields;
using support::HttpResponse;
using support::http_request_head;
using support::shortened;

constexpr unsigned ok = 200;
constexpr size_t most_recipients = 100;

// The symbols that Rspamd's antivirus module sets when a scanner of its own finds something.
const std::vector<std::string> antivirus_symbols = {"AVAST_VIRUS", "AVIRA_VIRUS", "CLAM_VIRUS", "EICAR", "FPROT_VIRUS", "ICAP_VIRUS", "KAS_VIRUS", "SAVAPI_VIRUS", "SOPHOS_VIRUS"};

std::string fact(const Job& job, const char* name) { return job.attr(name).value_or(""); }

// What the envelope knows, in the fields of Rspamd's protocol; unknown is not sent, for it would be taken for a name.
HttpFields envelope_fields(const Job& job) {
  HttpFields fields;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty() && value != "unknown" && value != "[UNAVAILABLE]") fields.emplace_back(name, value);
  };
  if (const std::string address = fact(job, "client.addr"); address != "unix" && address != "local") add("IP", address);
  add("Hostname", fact(job, "client.name"));
  add("Helo", fact(job, "client.helo"));
  fields.emplace_back("From", "<" + fact(job, "mail.from") + ">");
  const std::vector<std::string> recipients = job.attrs("mail.rcpt");
  for (size_t i = 0; i < std::min(recipients.size(), most_recipients); ++i) add("Rcpt", recipients[i]);
  add("Queue-Id", fact(job, "mail.id"));
  return fields;
}

HttpResponse ask_one(const Endpoint& server, const std::string& head, std::string_view body, const Deadline& deadline) {
  auto stream = support::Stream::connect(server, deadline);
  support::HttpResponseReader reader(longest_answer);
  try {
    stream.write_all({head, body}, deadline);
    stream.expect_the_last();
    char chunk[16384];
    for (;;) {
      const size_t n = stream.read(chunk, sizeof chunk, deadline);
      if (n == 0) reader.end();
      if (n == 0 || reader.put({chunk, n})) return reader.take();
    }
  } catch (const support::BadHttpResponse& e) {
    throw support::StreamError(stream.peer() + " does not answer as Rspamd does: " + e.what());
  }
}

HttpResponse ask(const std::vector<Endpoint>& servers, const std::string& head, std::string_view body, const Deadline& deadline) {
  return support::ask_in_order(servers, deadline, [&](const Endpoint& server) { return ask_one(server, head, body, deadline); });
}

std::string points(int32_t p) { return (p < 0 ? "-" : "") + std::to_string(std::abs(p) / 1000) + "." + std::to_string(std::abs(p) % 1000 / 100); }

}  // namespace

Scanner::Scanner(const Config& config)
    : servers_(support::endpoints_of(config, "server")),
      controller_(support::endpoints_of(config, "controller")),
      password_(config.text("password")),
      settings_(config.text("settings-id")),
      size_limit_(static_cast<size_t>(config.number("size-limit"))),
      malware_(config.has("malware") ? config.list("malware") : antivirus_symbols) {}

void Scanner::scan(Job& job, const Part& mail) {
  const Deadline deadline = Deadline::in(job.time_left() * 19 / 20);
  const std::string_view text = mail.text(), shown = shortened(text, size_limit_);
  if (shown.size() < text.size()) job.note("spam.truncated", std::to_string(shown.size()) + " of " + std::to_string(text.size()) + " bytes were examined");
  HttpFields fields = envelope_fields(job);
  if (!settings_.empty()) fields.emplace_back("Settings-ID", settings_);
  const std::string head = http_request_head("POST", "/checkv2", fields, shown.size());
  const HttpResponse response = ask(servers_, head, shown, deadline);
  const Answer answer = parse_check(response.body);
  if (!answer.error.empty()) throw Error(POSTERN_E_IO, "Rspamd: " + answer.error);
  if (response.status != ok) throw Error(POSTERN_E_IO, "Rspamd: status " + std::to_string(response.status));
  report(job, answer.verdict);
}

void Scanner::report(Job& job, const Verdict& verdict) const {
  job.note("spam.report", report_of(verdict));
  if (verdict.is_skipped) return;
  for (const Symbol& symbol : verdict.symbols) {
    if (std::find(malware_.begin(), malware_.end(), symbol.name) != malware_.end()) {
      if (symbol.options.empty()) job.finding(POSTERN_CAT_MALWARE, symbol.name);
      for (const std::string& name : symbol.options) job.finding(POSTERN_CAT_MALWARE, name.empty() ? symbol.name : name, 0, symbol.name);
    }
    job.finding(POSTERN_CAT_SPAM, symbol.name, 0, {}, symbol.points);
  }
  job.finding(POSTERN_CAT_SPAM, "rspamd", 0, {}, verdict.score, POSTERN_FIND_TOTAL);
  job.note("spam.threshold", points(verdict.required_score));
}

void Scanner::learn(Job& job, const Part& mail, Lesson lesson) {
  if (controller_.empty()) throw Error(POSTERN_E_UNSUPPORTED, "no controller is configured");
  if (lesson == Lesson::forget) throw Error(POSTERN_E_UNSUPPORTED, "Rspamd cannot forget");
  HttpFields fields = envelope_fields(job);
  if (!password_.empty()) fields.emplace_back("Password", password_);
  const std::string_view shown = shortened(mail.text(), size_limit_);
  const Deadline deadline = Deadline::in(job.time_left() * 19 / 20);
  const char* target = lesson == Lesson::ham ? "/learnham" : "/learnspam";
  const std::string head = http_request_head("POST", target, fields, shown.size());
  const HttpResponse response = ask(controller_, head, shown, deadline);
  if (const std::string error = parse_learned(response.status, response.body); !error.empty()) throw Error(POSTERN_E_IO, "Rspamd: " + error);
}

Health Scanner::health() {
  Health health;
  health.state = POSTERN_DOWN;
  try {
    const std::string head = http_request_head("GET", "/ping", {}, 0);
    const HttpResponse response = ask(servers_, head, {}, Deadline::in(milliseconds(900)));
    if (response.status == ok && response.body.starts_with("pong")) health.state = POSTERN_UP;
    else health.message = "it does not answer as Rspamd does";
    health.engine = response.server;  // "rspamd/3.4"
  } catch (const Error& e) {
    health.message = e.what();
  }
  return health;
}

}  // namespace postern::rspamd
