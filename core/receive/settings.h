// SPDX-License-Identifier: MIT
// How mail is received: listeners, limits, times. Plain data, filled by config.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/origin.h"
#include "policy/policy.h"

namespace postern::receive {

struct Listener {
  std::string address = "127.0.0.1:10024";  // "host:port", "[host]:port", "unix:/path"
  uint32_t unix_mode = 0660;                // "mode" of a Unix socket
  std::vector<std::string> policy_banks;
  std::chrono::milliseconds deadline{480000};  // from the final dot to our reply; Postfix waits 600 s
  std::vector<policy::Cidr> clients;           // who may connect; default 127.0.0.0/8 and ::1; Unix sockets: mode decides
  std::vector<policy::Cidr> xforward_clients;  // whose XFORWARD is believed; default the same
  base::Origin origin;
};

struct Settings {
  std::vector<Listener> listeners{Listener{}};
  std::string hostname;                        // default: the machine's
  uint64_t size_limit = 64 * 1024 * 1024;      // bytes of one mail
  uint32_t recipient_limit = 1100;
  uint32_t connection_limit = 500;             // all together; then 421
  std::chrono::milliseconds idle_timeout{300000};   // RFC 5321 4.5.3.2.7
  std::chrono::milliseconds session_timeout{3600000};  // of one transaction's dialogue and content, against dripping clients
  uint32_t waiting_limit = 200;                // mails that wait for a worker; then 451
  std::string spool_directory = "/var/tmp";    // for mails over spool_memory_limit
  uint64_t spool_memory_limit = 16 * 1024 * 1024;
};

}  // namespace postern::receive
