// SPDX-License-Identifier: MIT
#include "notifier.h"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "message.h"
#include "submission.h"

namespace postern::mail_notice {
namespace {

using support::Deadline;

constexpr size_t longest_reply = 2000;  // four times what RFC 5321 4.5.3.1.5 allows

std::string machine_name() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return name;
}

bool is_hostname(std::string_view name) {
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  });
}

std::string random_token() {
  unsigned char bytes[16];
  if (::getrandom(bytes, sizeof bytes, 0) != sizeof bytes) throw Error(POSTERN_E_FAIL, "no random bytes");
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char b : bytes) out += {digits[b >> 4], digits[b & 15]};
  return out;
}

Facts facts_of(const Job& job) {
  const auto one = [&](const char* name) { return job.attr(name).value_or(std::string()); };
  Facts f;
  f.category = one("event.category");
  f.time = one("event.time");
  f.quarantine = one("event.quarantine");
  f.mail_id = one("mail.id");
  f.queue_id = one("mail.queue-id");
  f.from = one("mail.from");
  f.subject = one("mail.subject");
  f.message_id = one("mail.message-id");
  f.size = one("mail.size");
  f.client_address = one("client.addr");
  f.client_name = one("client.name");
  f.reasons = job.attrs("event.reason");
  f.viruses = job.attrs("event.virus");
  f.recipients = job.attrs("mail.rcpt");
  return f;
}

void submit(const support::Endpoint& server, Submission& submission, const Deadline& deadline) {
  support::Stream stream = support::Stream::connect(server, deadline);
  while (submission.state() == Submission::State::talking) {
    std::string line = stream.read_until('\n', longest_reply, deadline);
    if (line.ends_with('\r')) line.pop_back();
    const std::string out = submission.hears(line);
    // The mail is taken or refused by now: whether the farewell arrives changes nothing.
    if (submission.state() != Submission::State::talking) {
      try {
        stream.write(out, deadline);
      } catch (const support::StreamError&) {
      }
      return;
    }
    stream.write(out, deadline);
  }
}

}  // namespace

Notifier::Notifier(const Config& config) {
  hostname_ = config.has("hostname") ? config.text("hostname") : machine_name();
  if (!is_hostname(hostname_)) config.reject("hostname", "not a host name");
  from_ = config.has("from") ? config.text("from") : "postmaster@" + hostname_;
  if (!is_plain_address(from_)) config.reject("from", "not a plain address");
  to_ = config.list("to");
  for (uint32_t n = 0; n < to_.size(); ++n)
    if (!is_plain_address(to_[n])) config.reject("to", "not a plain address", n);
  if (to_.empty()) to_ = {"postmaster@" + hostname_};
  if (const auto server = support::Endpoint::parse(config.text("server")))
    server_ = *server;
  else
    config.reject("server", "neither unix:/path nor host:port");
}

void Notifier::notify(Job& job) {
  const std::string message = compose({from_, to_, hostname_, std::time(nullptr), random_token()}, facts_of(job));
  Submission submission(hostname_, to_, message);
  try {
    submit(server_, submission, Deadline::in(job.time_left() * 19 / 20));
  } catch (const support::StreamTimeout& e) {
    throw Error(POSTERN_E_TIMEOUT, e.what());
  } catch (const support::StreamUnavailable& e) {
    throw Error(POSTERN_E_UNAVAILABLE, e.what());
  } catch (const support::StreamError& e) {
    throw Error(POSTERN_E_IO, e.what());
  }
  if (submission.state() != Submission::State::accepted)
    throw Error(submission.is_temporary() ? POSTERN_E_IO : POSTERN_E_FAIL,
                server_.text() + ": " + one_line(submission.reason(), 300));
  for (const std::string& refused : submission.refused())
    job.log(3, server_.text() + " refuses a recipient of the notice: " + one_line(refused, 300));
}

}  // namespace postern::mail_notice
