// SPDX-License-Identifier: MIT
// Reads replies (RFC 5321 4.2, with the enhanced codes of RFC 2034) out of a byte stream, cut anywhere. In: bytes as a
// server sent them. Out: one mail::Reply at a time, text without control characters, lines joined with '\n', cut at
// fixed bounds. What is no reply, or never ends, is garbage, and stays garbage: the dialogue cannot be trusted any
// more.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "mail/reply.h"

namespace postern::smtp {

class ReplyParser {
 public:
  static constexpr size_t max_line = 8192;        // octets; RFC 5321 4.5.3.1.5 allows 512, real servers exceed it
  static constexpr size_t max_reply = 64 * 1024;  // octets of all lines
  static constexpr size_t kept_line = 512;        // what is kept of a line's text
  static constexpr size_t kept_text = 4096;       // and of the reply's

  enum class Result { incomplete, complete, garbage };

  // Takes bytes off the front of input until a reply is complete or nothing is left.
  Result take(std::string_view& input);
  // After complete, until the next take(). enhanced is empty where the server gave none.
  const mail::Reply& reply() const { return reply_; }
  // True between replies: nothing of a next one has been taken.
  bool is_between_replies() const { return received_ == 0; }

 private:
  Result take_whole_line(std::string_view bytes);
  Result take_line(std::string_view line);

  mail::Reply reply_;
  std::string partial_;  // a line whose end has not arrived
  size_t received_ = 0;  // octets of the reply so far
  bool first_line_ = true;
  bool is_garbage_ = false;
};

}  // namespace postern::smtp
