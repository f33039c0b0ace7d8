// SPDX-License-Identifier: MIT
// What the log line and the JSON object both say about an account, in amavisd's words. Private to this room.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "report/mail_log.h"

namespace postern::report {

bool has_passed(const Account& account, uint32_t recipient);
// "INFECTED", "MTA-BLOCKED"
std::string category_word(const Account& account, uint32_t recipient);
// "DiscardedInbound", "Quarantined"
std::vector<std::string> actions(const Account& account, uint32_t recipient);
// "4Xk…" out of "250 2.0.0 Ok: queued as 4Xk…"; empty: not said.
std::string queued_as(const Account& account, uint32_t recipient);

}  // namespace postern::report
