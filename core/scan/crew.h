// SPDX-License-Identifier: MIT
// How the scanners of one mail are asked at the same time: side by side in the worker's own thread, on fibers. One that does not promise to
// wait as the host wants it (POSTERN_RUN_WAITS) runs in a thread meanwhile. Stays from mail to mail; owned by a process that scans one
// mail at a time.
#pragma once
#include "base/fibers.h"
#include "scan/threads.h"
#include "scan/usual_times.h"

namespace postern::scan {

struct Crew {
  Threads threads;
  base::Fibers fibers;  // may be in threads until they end
  UsualTimes usual_times;
};

}  // namespace postern::scan
