// SPDX-License-Identifier: MIT
// A mail site in one of the set-ups of docs/POSTFIX.md, all of it real: client → Postfix → Postern with clamd → Postfix
// → destination. The policies of two clients differ: 192.0.2.66 may receive viruses, 192.0.2.67 gets them discarded.
#pragma once
#include <memory>
#include <string>

#include "postfix/postfix_instance.h"
#include "support/clamd.h"
#include "support/client.h"
#include "support/daemon.h"
#include "support/next_hop.h"

namespace postern::testing {

enum class Way { after_queue_lmtp, after_queue_smtp, before_queue };

class Site {
 public:
  explicit Site(Way way);

  RecordingNextHop destination;
  Clamd clamd;

  Daemon& postern() { return *postern_; }
  void start_postern();  // on the same port as before
  void stop_postern();
  void mend();  // whatever a test left behind: all runs, the destination is willing and remembers nothing
  const PostfixInstance& postfix() const { return *postfix_; }

  uint16_t reentry_port() const { return reentry_port_; }
  // To the first entrance.
  Client client() const { return Client("127.0.0.1:" + std::to_string(postfix_->port())); }
  // As if it came from there (XCLIENT), already greeted.
  Client client_from(const std::string& name, const std::string& address, const std::string& helo) const;

 private:
  uint16_t reentry_port_ = free_port();
  DaemonOptions options_;
  std::unique_ptr<Daemon> postern_;
  std::unique_ptr<PostfixInstance> postfix_;
};

}  // namespace postern::testing
