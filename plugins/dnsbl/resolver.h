// SPDX-License-Identifier: MIT
// Asks for the A records of many names at once (c-ares) and comes back with an answer for each, at the deadline at the
// latest: who has not answered by then has given none. Opens its channel with the first question, so that one made
// before a fork has nothing to share. std::bad_alloc apart it does not throw: a resolver that cannot be used is an
// answer that did not come. Not for two threads at once.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <postern/support/deadline.h>

#include "answer.h"

namespace postern::dnsbl {

class Resolver {
 public:
  // servers: "127.0.0.1:53", "[::1]:53"; none: those of resolv.conf. patience: until a name without an answer is given
  // up.
  Resolver(std::vector<std::string> servers, std::chrono::milliseconds patience);
  Resolver(Resolver&&) noexcept;
  ~Resolver();

  // In the order of the names.
  std::vector<Answer> ask(const std::vector<std::string>& names, const support::Deadline& deadline);

  static std::string version();

 private:
  class Channel;
  std::vector<std::string> servers_;
  std::chrono::milliseconds patience_;
  std::unique_ptr<Channel> channel_;
};

}  // namespace postern::dnsbl
