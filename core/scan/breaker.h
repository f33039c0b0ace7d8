// SPDX-License-Identifier: MIT
// The breaker of a scanner: whom nobody reaches need not be asked by every mail anew, for each of them would wait until the time is over.
// Not asked is: who is switched off, whose health is down (told within the last seconds), and who failed several times in a row, for 1 to
// 3 seconds; then one mail tries. So an engine that is back is noticed within seconds, and until then the mail waits in Postfix
// (on-error), answered at once. [worker], any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "mail/findings.h"
#include "scan/record.h"

namespace postern::scan {

struct Now {
  int64_t steady_ns = 0;  // std::chrono::steady_clock
  int64_t unix_s = 0;
  static Now read();
};

struct Admission {
  bool may_ask = true;
  bool switched_off = false;  // by the administrator
  std::string reason;         // where it may not
};
// timeout: of a call; for so long the one that tries keeps the others away.
Admission admit(ScannerRecord& record, const Now& now, std::chrono::milliseconds timeout);

// What came of asking.
void take_down(ScannerRecord& record, const mail::ScanReport& report, const Now& now);

// The one who tries could not ask, for a reason that is not the scanner's: another one may.
void give_up_trying(ScannerRecord& record, const Now& now);

// Its engine is back: ask at once.
void close_breaker(ScannerRecord& record);

}  // namespace postern::scan
