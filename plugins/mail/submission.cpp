// SPDX-License-Identifier: MIT
#include "submission.h"

#include <utility>

namespace postern::mail_notice {
namespace {

// RFC 5321 4.5.2: a leading dot is doubled; a line with a dot alone ends the text.
std::string dotted(std::string_view message) {
  std::string out;
  out.reserve(message.size() + 64);
  while (!message.empty()) {
    const size_t end = message.find("\r\n");
    const std::string_view line = message.substr(0, end);
    if (line.starts_with('.')) out += '.';
    out.append(line).append("\r\n");
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 2);
  }
  return out + ".\r\n";
}

// "250" SP or "-" text; 0: not a reply.
int code_of(std::string_view line) {
  if (line.size() < 3 || (line.size() > 3 && line[3] != ' ' && line[3] != '-')) return 0;
  if (line[0] < '2' || line[0] > '5' || line[1] < '0' || line[1] > '9' || line[2] < '0' || line[2] > '9') return 0;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

}  // namespace

Submission::Submission(std::string hostname, std::vector<std::string> recipients, std::string_view message)
    : hostname_(std::move(hostname)), recipients_(std::move(recipients)), text_(dotted(message)) {}

std::string Submission::hears(std::string_view line) {
  if (state_ != State::talking) return {};
  const int code = code_of(line);
  if (code == 0 || (reply_code_ != 0 && code != reply_code_)) return fail("not a reply", line, true);
  const bool goes_on = line.size() > 3 && line[3] == '-';
  reply_code_ = goes_on ? code : 0;
  return goes_on ? std::string() : next(code, line);
}

std::string Submission::next(int code, std::string_view line) {
  const bool temporary = code / 100 != 5;
  switch (step_) {
    case Step::greeting:
      if (code != 220) return fail("greeting", line, temporary);
      step_ = Step::helo;
      return "EHLO " + hostname_ + "\r\n";
    case Step::helo:
      if (code / 100 == 5 && said_ehlo_) {
        said_ehlo_ = false;
        return "HELO " + hostname_ + "\r\n";
      }
      if (code != 250) return fail("HELO", line, temporary);
      step_ = Step::mail;
      return "MAIL FROM:<>\r\n";  // nobody answers a notice (RFC 5321 4.5.5)
    case Step::mail:
      if (code != 250) return fail("MAIL", line, temporary);
      step_ = Step::rcpt;
      return "RCPT TO:<" + recipients_[asked_] + ">\r\n";
    case Step::rcpt:
      if (code != 250 && code != 251) {
        refused_.push_back(recipients_[asked_] + ": " + std::string(line));
        if (refused_.size() == recipients_.size()) return fail("RCPT", line, temporary);
      }
      if (++asked_ < recipients_.size()) return "RCPT TO:<" + recipients_[asked_] + ">\r\n";
      step_ = Step::data;
      return "DATA\r\n";
    case Step::data:
      if (code != 354) return fail("DATA", line, temporary);
      step_ = Step::text;
      return text_;
    case Step::text:
      if (code != 250) return fail("end of DATA", line, temporary);
      step_ = Step::done;
      state_ = State::accepted;
      return "QUIT\r\n";
    case Step::done:
      break;
  }
  return {};
}

std::string Submission::fail(std::string_view what, std::string_view line, bool temporary) {
  state_ = State::failed;
  temporary_ = temporary;
  reason_ = "answer to " + std::string(what) + ": " + std::string(line.substr(0, 200));
  return "QUIT\r\n";
}

}  // namespace postern::mail_notice
