// SPDX-License-Identifier: MIT
// A next hop for tests: an SMTP and LMTP server on loopback (or a Unix socket) that keeps every mail as it came and can
// be told to misbehave. Connections are served side by side, each by a thread. It shares no code with our own server,
// so that one mistake is not made twice. All functions may be called from any thread.
#pragma once
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/process.h"

namespace postern::testing {

struct KeptMail {
  struct Recipient {
    std::string address, parameters;  // as after RCPT TO:<address>
  };
  std::string protocol;  // "SMTP", "ESMTP" or "LMTP"
  std::string helo;
  std::map<std::string, std::string> xforward;  // NAME, ADDR, … still in xtext
  std::string sender, parameters;               // as after MAIL FROM:<address>
  std::vector<Recipient> recipients;            // the accepted ones
  std::string content;                          // without dot and stuffing (RFC 5321 4.5.2), otherwise byte for byte
  bool has_bare_line_end = false;               // a CR or LF of its own came: forbidden (RFC 5321 2.3.8)
  bool is_accepted = false;                     // we answered 2xx, in LMTP for at least one recipient
  std::string queue_id;                         // as said in the reply
};

struct NextHopOptions {
  bool lmtp = false;
  std::vector<std::string> extensions = {"PIPELINING",
                                         "SIZE 104857600",
                                         "8BITMIME",
                                         "SMTPUTF8",
                                         "DSN",
                                         "ENHANCEDSTATUSCODES",
                                         "XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE"};
  uint16_t port = 0;      // 0: one that is free
  std::string path = {};  // of a Unix socket, instead of a port
};

class RecordingNextHop {
 public:
  explicit RecordingNextHop(NextHopOptions options = {});
  ~RecordingNextHop();

  std::string endpoint() const;  // for [deliver] next-hop: "smtp:[127.0.0.1]:2525", "lmtp:unix:/…"
  uint16_t port() const { return port_; }

  // Answers to a command that begins so: "" is the greeting, "." the end of the content, and in LMTP ".<address>" the
  // end of the content for that recipient. The reply goes out as it stands ("550 5.1.1 no such user", CRLF is added).
  // Three answers are special:
  //   "HANG"  says nothing and reads on until the client goes      "CLOSE"  closes without a word
  //   "…CLOSE" behind a reply closes after it
  // The latest fitting rule counts; one with times > 0 is used up.
  void answers(const std::string& beginning, const std::string& reply, unsigned times = 0);
  void behaves();  // forgets all rules
  // While the door is closed, connections are refused. Those that are open are cut.
  void close_door();
  void open_door();

  std::vector<KeptMail> mails() const;       // accepted ones, in the order they came
  std::vector<KeptMail> unaccepted() const;  // content came whole, but we did not say 2xx
  // Waits until so many were accepted; throws after limit. Returns all.
  std::vector<KeptMail> wait_for(size_t count, Time limit = std::chrono::seconds(30)) const;
  // Waits until a command that begins so has come since the last forget(), "." for a whole content; throws after limit.
  void wait_for_command(const std::string& beginning, Time limit = std::chrono::seconds(30)) const;
  std::vector<std::string> commands() const;
  size_t connections() const;
  void forget();  // mails and commands, not rules

  // Called for each accepted mail, in a thread of ours.
  void on_mail(std::function<void(const KeptMail&)> call);

 private:
  struct Rule {
    std::string beginning, reply;
    unsigned times;
  };
  class Conversation;

  void listen();
  void accept_all();
  std::string answer(const std::string& command, const std::string& otherwise);
  void keep(KeptMail mail);
  void heard(const std::string& command);
  std::string next_queue_id();

  NextHopOptions options_;
  uint16_t port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::list<Rule> rules_;
  std::vector<KeptMail> mails_, unaccepted_;
  std::vector<std::string> commands_;
  std::list<int> open_;  // connections being served
  size_t connections_ = 0;
  unsigned last_queue_id_ = 0;
  std::function<void(const KeptMail&)> on_mail_;
  base::UniqueFd listener_;
  std::jthread door_;
  std::list<std::jthread> conversations_;
};

}  // namespace postern::testing
