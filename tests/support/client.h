// SPDX-License-Identifier: MIT
// A scripted SMTP and LMTP client, a small language for tests:
//   client.says("MAIL FROM:<a@example.org>"); client.hears("250");
//   EXPECT_THAT(client.sends({.sender = "a@example.org", .recipients = {{"b@example.org"}}, .content = clean()}),
//   ElementsAre(StartsWith("250 ")));
// What it does not hear in time, or not as expected, is an exception with the whole dialogue in its text: no test
// hangs.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "postern/support/deadline.h"
#include "postern/support/stream.h"
#include "support/process.h"

namespace postern::testing {

struct SentMail {
  struct Recipient {
    std::string address, parameters = {};  // "NOTIFY=NEVER"
  };
  std::string sender = "sender@example.org";
  std::string parameters = {};  // of MAIL FROM: "BODY=8BITMIME SMTPUTF8"
  std::vector<Recipient> recipients = {{"recipient@example.org"}};
  std::string content = {};   // sent byte for byte; ends with CRLF, or CRLF is added
  std::string xforward = {};  // "NAME=client.example.org ADDR=192.0.2.7 IDENT=4ABC", own values in xtext
};

struct ClientOptions {
  bool lmtp = false;
  bool chunking = false;  // BDAT instead of DATA
  std::string helo = "client.example.org";
  Time patience = std::chrono::seconds(60);  // for each reply
};

class Client {
 public:
  // "127.0.0.1:10024" or "unix:/path".
  explicit Client(const std::string& endpoint, ClientOptions options = {});

  void says(const std::string& line);  // CRLF is added
  void sends_bytes(std::string_view bytes);
  // The next reply, which must begin so ("250", "554 5.7.1"; "" takes any). Returns all its lines, joined by CRLF.
  std::string hears(const std::string& beginning);
  bool hears_the_end();  // the server has closed

  void greets();  // takes the greeting, says EHLO or LHLO, unless that was done
  const std::string& extensions() const { return extensions_; }  // the answer to EHLO

  // A whole transaction, also the greeting where it is due. Commands must be accepted (a refused recipient is in the
  // result). Returns the final replies: one in SMTP, in LMTP one for each recipient; of a mail without an accepted
  // recipient what RCPT was answered.
  std::vector<std::string> sends(const SentMail& mail);
  // Everything but the final replies, to look at what happens meanwhile; returns how many are to come.
  size_t hands_over(const SentMail& mail);

  void quits();
  void vanishes() { stream_ = support::Stream(-1, "nobody"); }  // closes without a word
  const std::string& dialogue() const { return dialogue_; }

 private:
  support::Deadline until() const;
  [[noreturn]] void fail(const std::string& what) const;

  ClientOptions options_;
  support::Stream stream_;
  bool has_greeted_ = false;
  std::string extensions_, dialogue_;
  std::vector<std::string> refusals_;
};

std::string dot_stuffed(std::string_view content);  // RFC 5321 4.5.2, with the final dot

}  // namespace postern::testing
