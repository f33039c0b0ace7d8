// SPDX-License-Identifier: MIT
// A daemon with everything around it that a fault test needs, and the books: each mail carries a token of its own, what
// its sender was told is written down, and at the end it must be true: who was told 2xx has his mail delivered or in
// the quarantine, and no virus was delivered. A mail asks our plug-ins to misbehave by its own fields, see
// plugins/manners.h.
#pragma once
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "faults/plugins/gate.h"
#include "support/client.h"
#include "support/daemon.h"
#include "support/next_hop.h"

namespace postern::faults {

struct Letter {
  std::string token;
  std::string content;
  bool is_virus = false;
};

struct HouseOptions {
  std::string extra = {};  // configuration, laid over the rest
  unsigned workers = 2;
  std::string clamd = {};      // socket of a given clamd
  bool managed_clamd = false;  // the daemon runs one; otherwise, and without a given one, the rude scanner knows EICAR
  std::string rude_scanner = {};  // more keys of [scanner.rude]: on-error, timeout, …
};

class House {
 public:
  explicit House(HouseOptions options = {});

  // ---- mails
  Letter clean(const std::string& fields = {}, size_t padding = 0);  // fields: lines for the header, each with CRLF
  Letter virus(size_t padding = 0);                                  // attached as text, in the clear

  // ---- sending, on a connection of its own. The reply's lines; "" where none came.
  std::string sends(const Letter& letter);
  std::future<std::string> begins(const Letter& letter);
  // As Postfix does: again until there is a 2xx or 5xx, and then that. Fails the test after a while.
  std::string insists_on(const Letter& letter, std::chrono::seconds patience = std::chrono::seconds(60));

  // ---- what must be so
  void serves_on();                              // a clean mail is delivered, a virus is not
  void balances();                               // the books; called by serves_on() too
  size_t delivered(const Letter& letter) const;  // copies
  bool is_quarantined(const Letter& letter) const;

  // The configuration again with other keys, for a reload.
  std::string configuration(const HouseOptions& options) const;
  void tell(const Letter& letter, const std::string& reply);
  std::vector<std::string> quarantined_tokens() const;
  std::map<std::string, size_t> delivered_tokens() const;
  pid_t worker_in(const std::string& room) const;  // waits until there is one
  pid_t engine() const;                            // of the managed clamd, waits until it runs

 private:
  std::string quarantine_directory() const;

  testing::Directory place_;
  mutable std::mutex mutex_;
  unsigned last_ = 0;
  std::map<std::string, Letter> letters_;
  std::set<std::string> told_success_;

 public:
  Gate gate;
  testing::RecordingNextHop hop;
  testing::Daemon daemon;
};

bool is_temporary(const std::string& reply);  // 4xx
bool is_success(const std::string& reply);    // 2xx

}  // namespace postern::faults
