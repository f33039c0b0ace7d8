// SPDX-License-Identifier: MIT
#include "support/client.h"

#include <stdexcept>

#include "support/sanitizer.h"

namespace postern::testing {

using support::Deadline;

Client::Client(const std::string& endpoint, ClientOptions options)
    : options_(std::move(options)),
      stream_(support::Stream::connect(support::Endpoint::parse(endpoint).value(), until())) {}

std::vector<std::string> Client::sends(const SentMail& mail) {
  std::vector<std::string> replies;
  for (size_t expected = hands_over(mail); replies.size() < expected;) replies.push_back(hears(""));
  return replies.empty() ? refusals_ : replies;
}

size_t Client::hands_over(const SentMail& mail) {
  greets();
  const auto asks = [&](const std::string& command, const std::string& expected) {
    says(command);
    return hears(expected);
  };
  const auto with = [](const std::string& parameters) { return parameters.empty() ? "" : " " + parameters; };
  if (!mail.xforward.empty()) asks("XFORWARD " + mail.xforward, "250");
  asks("MAIL FROM:<" + mail.sender + ">" + with(mail.parameters), "250");
  size_t accepted = 0;
  refusals_.clear();
  for (const SentMail::Recipient& r : mail.recipients) {
    const std::string reply = asks("RCPT TO:<" + r.address + ">" + with(r.parameters), "");
    if (reply.starts_with('2'))
      ++accepted;
    else
      refusals_.push_back(reply);
  }
  if (accepted == 0) {
    asks("RSET", "250");
    return 0;
  }
  std::string content = mail.content;
  if (!content.ends_with("\r\n")) content += "\r\n";
  if (options_.chunking) {
    sends_bytes("BDAT " + std::to_string(content.size()) + " LAST\r\n" + content);
  } else {
    asks("DATA", "354");
    sends_bytes(dot_stuffed(content));
  }
  return options_.lmtp ? accepted : 1;
}

void Client::greets() {
  if (has_greeted_) return;
  has_greeted_ = true;
  hears("220");
  says((options_.lmtp ? "LHLO " : "EHLO ") + options_.helo);
  extensions_ = hears("250");
}

void Client::says(const std::string& line) {
  dialogue_ += "C: " + line + "\n";
  stream_.write(line + "\r\n", until());
}

void Client::sends_bytes(std::string_view bytes) {
  dialogue_ += "C: (" + std::to_string(bytes.size()) + " bytes)\n";
  stream_.write(bytes, until());
}

std::string Client::hears(const std::string& beginning) {
  std::string reply;
  const Deadline end = until();
  try {
    for (;;) {
      std::string line = stream_.read_until('\n', 65536, end);
      if (!line.ends_with('\r')) fail("a reply ends without CRLF: " + line);
      line.pop_back();
      dialogue_ += "S: " + line + "\n";
      reply += (reply.empty() ? "" : "\r\n") + line;
      if (line.size() < 4 || line[3] != '-') break;
    }
  } catch (const support::StreamError& e) {
    fail(std::string("no reply: ") + e.what());
  }
  if (!reply.starts_with(beginning)) fail("the reply should begin with " + beginning);
  return reply;
}

bool Client::hears_the_end() {
  char byte;
  try {
    return !stream_.has_unread() && stream_.read(&byte, 1, until()) == 0;
  } catch (const support::StreamTimeout&) {
    return false;
  } catch (const support::StreamError&) {  // reset is an end as well
    return true;
  }
}

void Client::quits() {
  says("QUIT");
  hears("221");
}

Deadline Client::until() const {
  return Deadline::in(patient(options_.patience));
}

void Client::fail(const std::string& what) const {
  throw std::runtime_error(what + "\nThe dialogue:\n" + dialogue_);
}

std::string dot_stuffed(std::string_view content) {
  std::string out;
  out.reserve(content.size() + content.size() / 50 + 8);
  bool at_line_start = true;
  for (size_t at = 0; at < content.size();) {
    if (at_line_start && content[at] == '.') out += '.';
    size_t end = content.find("\r\n", at);
    at_line_start = end != std::string_view::npos;
    end = at_line_start ? end + 2 : content.size();
    out.append(content, at, end - at);
    at = end;
  }
  return out + ".\r\n";
}

}  // namespace postern::testing
