// SPDX-License-Identifier: MIT
// A next hop for tests: a real server on a loopback port of the kernel's choice, in a thread of its own. It answers by
// a script and records what it was sent. One script for each connection, the last one for all further ones. Connections
// are served one after the other, each until its client closes.
#pragma once
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/unique_fd.h"
#include "deliver/courier.h"

namespace postern::deliver {

struct Script {
  bool lmtp = false;
  std::string greeting = "220 hop ready\r\n";
  std::vector<std::string> extensions = {"PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "DSN"};
  // Beginning of a command, or ".", to the answers: the first for the first such command, the last one for all further.
  // Special answers: "CLOSE", "HANG" (say nothing until the client goes), and a reply with CLOSE behind it.
  std::map<std::string, std::vector<std::string>> answers = {};
  size_t close_after_content_bytes = 0;  // not 0: answers what "." would be answered and closes in the middle
};

struct Recorded {                     // of one connection
  std::vector<std::string> commands;  // without CRLF
  std::vector<std::string> raw;       // what followed each 354, with its dot where one came
  std::vector<bool> has_dot;
  size_t reads = 0;  // how many pieces the client's bytes came in, at most its writes
};

class ScriptedHop {
 public:
  explicit ScriptedHop(std::vector<Script> scripts = {Script{}});
  ~ScriptedHop();

  NextHop address() const;
  std::vector<Recorded> recorded() const;

 private:
  void serve();
  void converse(int fd, const Script& script);
  template <class Change>
  void record(Change change);

  std::vector<Script> scripts_;
  base::UniqueFd listener_;
  std::string port_;
  mutable std::mutex mutex_;
  std::vector<Recorded> recorded_;
  int connected_ = -1;  // the connection being served
  bool is_ending_ = false;
  std::jthread thread_;
};

// The content a receiver makes of what followed a 354: without dot and stuffing (RFC 5321 4.5.2).
std::string unstuffed(std::string_view raw);

}  // namespace postern::deliver
