// SPDX-License-Identifier: MIT
// The client's side of an SMTP dialogue that submits one mail with the null sender. Sans I/O: replies in, what to send
// out. Recipients that are refused are remembered; the mail goes to the others.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace postern::mail_notice {

class Submission {
 public:
  enum class State { talking, accepted, failed };

  // recipients: plain addresses; message: CRLF lines, dots not yet doubled.
  Submission(std::string hostname, std::vector<std::string> recipients, std::string_view message);

  // One line of the server's, without CRLF. Returns what to send now; may be empty.
  std::string hears(std::string_view line);

  State state() const { return state_; }
  bool is_temporary() const { return temporary_; }                      // of a failure
  const std::string& reason() const { return reason_; }                 // of a failure
  const std::vector<std::string>& refused() const { return refused_; }  // "address: reply"

 private:
  enum class Step { greeting, helo, mail, rcpt, data, text, done };

  std::string next(int code, std::string_view line);
  std::string fail(std::string_view what, std::string_view line, bool temporary);

  std::string hostname_;
  std::vector<std::string> recipients_;
  std::string text_;  // with doubled dots and the final dot
  Step step_ = Step::greeting;
  size_t asked_ = 0;    // recipients
  int reply_code_ = 0;  // of a reply that goes on
  bool said_ehlo_ = true;
  State state_ = State::talking;
  bool temporary_ = true;
  std::string reason_;
  std::vector<std::string> refused_;
};

}  // namespace postern::mail_notice
