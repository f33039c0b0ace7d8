// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include <postern/support/servers.h>
#include <postern/support/shortened.h>

#include "compress.h"
#include "engine.h"

namespace postern::spamassassin {
namespace {

using std::chrono::milliseconds;
using support::Deadline;
using support::shortened;

// A value inside of a field of the request, or of one that we put before the mail: one line of visible characters.
std::string line_of(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 320))
    if (c > ' ' && c < 0x7f) out += c;
  return out;
}

std::string fact(const Job& job, const char* name) { return line_of(job.attr(name).value_or("")); }

// What stands in the envelope only, in the fields that SpamAssassin looks for (as amavisd-new gives them): who sent it, to whom, and the
// hop from which we had it, without which its tests of relays see one hop too few.
std::string envelope_fields(const Job& job) {
  std::string text = "Return-Path: <" + fact(job, "mail.from") + ">\r\n";
  const std::vector<std::string> recipients = job.attrs("mail.rcpt");
  for (size_t i = 0; i < std::min<size_t>(recipients.size(), 100); ++i) text += "X-Envelope-To: <" + line_of(recipients[i]) + ">\r\n";
  const std::string address = fact(job, "client.addr"), name = fact(job, "client.name"), helo = fact(job, "client.helo");
  if (!address.empty() && address != "unix" && address != "local")
    text += "Received: from " + (helo.empty() ? "unknown" : helo) + " (" + (name.empty() ? "unknown" : name) + " [" + address + "])\r\n\tby localhost (Postern) with ESMTP id " +
            fact(job, "mail.id") + "\r\n";
  return text;
}

std::string user_field(const std::string& user) { return "User: " + user; }

}  // namespace

Scanner::Scanner(const Config& config)
    : user_(config.text("user")), size_limit_(static_cast<size_t>(config.number("size-limit"))), compresses_(config.flag("compress")) {
  servers_ = support::endpoints_of(config, "server");
  if (!config.has("server")) config.reject("server", "no spamd is given and none is run");
  if (user_ != line_of(user_)) config.reject("user", "not a user's name");
}

std::optional<Engine> Scanner::engine(const Config& config, std::string_view directory) { return managed_engine(config, directory); }

void Scanner::scan(Job& job, const Part& mail) {
  const Deadline deadline = Deadline::in(job.time_left() * 19 / 20);
  const std::string_view text = mail.text();
  const std::string_view shown = shortened(text, size_limit_);
  const std::string envelope = envelope_fields(job);
  if (shown.size() < text.size()) job.note("spam.truncated", std::to_string(shown.size()) + " of " + std::to_string(text.size()) + " bytes were examined");
  // Equal users share one question. 0 as the only recipient: the answer is everybody's.
  std::map<std::string, std::vector<uint32_t>> users;
  if (user_ == "recipient") {
    const std::vector<std::string> recipients = job.attrs("mail.rcpt");
    for (uint32_t i = 0; i < recipients.size(); ++i) users[line_of(recipients[i])].push_back(i + 1);
  } else {
    users[user_] = {0};
  }
  if (users.size() == 1) users.begin()->second = {0};
  for (const auto& [user, recipients] : users) {
    std::vector<std::string> fields;
    if (!user.empty()) fields.push_back(user_field(user));
    const Answer answer = parse_report(ask("REPORT", std::move(fields), {envelope, shown}, deadline, user == users.rbegin()->first));
    if (!answer.error.empty()) throw Error(POSTERN_E_IO, "spamd: " + answer.error);
    for (const uint32_t recipient : recipients) report(job, answer.verdict, recipient);
  }
}

void Scanner::report(Job& job, const Verdict& verdict, uint32_t recipient) const {
  for (const Test& test : verdict.tests) job.finding(POSTERN_CAT_SPAM, test.name, 0, {}, test.points, 0, recipient);
  job.finding(POSTERN_CAT_SPAM, "spamassassin", 0, {}, verdict.score, POSTERN_FIND_TOTAL, recipient);
  if (recipient > 1) return;  // the first one's stand for all
  const auto points = [](int32_t p) { return std::to_string(p / 1000) + "." + std::to_string(std::abs(p) % 1000 / 100); };
  job.note("spam.threshold", points(verdict.threshold));
  if (!verdict.autolearn.empty()) job.note("spam.autolearn", verdict.autolearn);
  if (!verdict.report.empty()) job.note("spam.report", verdict.report);
}

void Scanner::learn(Job& job, const Part& mail, Lesson lesson) {
  std::vector<std::string> fields;
  if (!user_.empty()) fields.push_back(user_field(user_ == "recipient" ? fact(job, "mail.rcpt") : user_));
  if (lesson == Lesson::forget) {
    fields.emplace_back("Remove: local");
  } else {
    fields.emplace_back(lesson == Lesson::ham ? "Message-class: ham" : "Message-class: spam");
    fields.emplace_back("Set: local");
  }
  const std::string error = parse_told(ask("TELL", std::move(fields), {shortened(mail.text(), size_limit_)}, Deadline::in(job.time_left() * 19 / 20)));
  if (!error.empty()) throw Error(POSTERN_E_IO, "spamd: " + error);
}

std::string Scanner::ask(std::string_view command, std::vector<std::string> fields, std::vector<std::string_view> content, const Deadline& deadline, bool is_last) {
  const bool is_packed = compresses_ && !content.empty();
  std::string packed;
  if (is_packed) {
    for (const std::string_view piece : content) packed += piece;
    packed = compressed(packed);
    content = {packed};
    fields.emplace_back("Compress: zlib");
  }
  const size_t length = std::accumulate(content.begin(), content.end(), size_t{0}, [](size_t sum, std::string_view piece) { return sum + piece.size(); });
  const std::string head = request(command, fields, length);
  content.insert(content.begin(), head);
  return support::ask_in_order(servers_, deadline, [&](const support::Endpoint& server) {
    auto stream = support::Stream::connect(server, deadline);
    stream.write_all(content, deadline);
    // Of compressed content spamd reads until there is no more, whatever length it was told.
    if (is_packed) ::shutdown(stream.fd(), SHUT_WR);
    if (is_last) stream.expect_the_last();
    std::string answer;
    char chunk[16384];
    while (const size_t n = stream.read(chunk, sizeof chunk, deadline)) {
      answer.append(chunk, n);
      if (!can_begin_answer(answer)) throw support::StreamError(stream.peer() + " does not answer as spamd does");
      if (answer.size() > longest_answer) throw support::StreamError(stream.peer() + " answers without end");
      if (is_whole(answer)) break;
    }
    return answer;
  });
}

Health Scanner::health() {
  Health health;
  try {
    health.state = is_pong(ask("PING", {}, {}, Deadline::in(milliseconds(900)))) ? POSTERN_UP : POSTERN_DOWN;
    health.engine = "SpamAssassin";
    if (health.state == POSTERN_DOWN) health.message = "it does not answer as spamd does";
  } catch (const Error& e) {
    health.state = POSTERN_DOWN;
    health.message = e.what();
  }
  return health;
}

}  // namespace postern::spamassassin
