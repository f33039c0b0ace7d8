// SPDX-License-Identifier: MIT
// How the scanners are, in words and in JSON, for "postern status" and "postern scanners". Reads the board; pure otherwise. [control]
#pragma once
#include <cstdint>
#include <string>

#include "base/json.h"
#include "daemon/scoreboard.h"

namespace postern::daemon {

std::string age(int64_t seconds);  // "95 s", "12 min", "3 h", "4 days"
// "up since 3 h, ClamAV 1.4.6, signatures 27500 of 5 h ago"
std::string condition(const scan::ScannerRecord& scanner);

// All of it: order, state, signatures, answers, times, the last failure.
std::string scanners_text(const Scoreboard& board);
void write_scanners(base::JsonWriter& json, const Scoreboard& board);  // objects of an open array

}  // namespace postern::daemon
