// SPDX-License-Identifier: MIT
// The service postern.spawn/1: runs a command for a plug-in, in a process group and a directory of its own, with
// limits, until it ends, the job's deadline passes, or its output is all that was asked for. Nothing of it is left
// afterwards. [worker]
#pragma once
#include "postern/spawn.h"

namespace postern::plugin {

const postern_spawn& spawn_service();

}  // namespace postern::plugin
