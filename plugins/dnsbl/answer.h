// SPDX-License-Identifier: MIT
// What a DNS list answers, bytes to value: a whole DNS message in, one of four outcomes out. Only a plain answer about
// the name that was asked says anything; an answer that no list gives (an alias, an address outside of 127.0.0.0/8,
// Spamhaus's 127.255.255.x) is the list's failure, and no answer at all is not "not listed". Never throws for what the
// bytes are.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "list.h"

namespace postern::dnsbl {

struct Answer {
  enum class Kind {
    listed,  // with these codes
    not_listed,
    none,   // no answer: a timeout, SERVFAIL, REFUSED, garbage
    wrong,  // an answer that no working list gives
  };
  Kind kind = Kind::none;
  std::vector<Code> codes;
  std::chrono::seconds ttl{0};  // for so long it may be remembered
  std::string reason;           // of none and wrong
};

Answer read_answer(std::string_view message);

}  // namespace postern::dnsbl
