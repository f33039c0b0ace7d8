// SPDX-License-Identifier: MIT
// Stands between the filter and an engine, on a port of loopback: passes bytes on in both ways, remembers which mails the
// engine was shown (by the token of faults::Letter), and answers rubbish in the engine's place while it is told to.
#pragma once
#include <atomic>
#include <list>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/unique_fd.h"

namespace postern::faults {

class Relay {
 public:
  explicit Relay(std::string engine_socket);  // path of its Unix socket
  ~Relay();

  std::string endpoint() const;  // "127.0.0.1:PORT"
  void answers_rubbish(bool so) { rubbish_ = so; }
  std::set<std::string> shown() const;  // tokens of mails whose bytes the engine has got

 private:
  void welcome();
  void converse(int client);
  bool answer_rubbish(int client) const;
  void look_for_tokens(std::string& seen);

  std::string engine_socket_;
  uint16_t port_ = 0;
  std::atomic<bool> rubbish_ = false, over_ = false;
  mutable std::mutex mutex_;
  std::set<std::string> shown_;
  base::UniqueFd listener_;
  std::list<std::jthread> conversations_;
  std::jthread door_;
};

}  // namespace postern::faults
