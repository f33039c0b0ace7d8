// SPDX-License-Identifier: MIT
// The last words of a worker: when it is hit by SIGSEGV and the like, the plug-in whose call the thread was in goes onto the scoreboard,
// then the process dies as it would have. [worker]
#pragma once
#include "base/progress.h"

namespace postern::daemon {

void blame_crashes_on(base::Progress& progress);

}  // namespace postern::daemon
