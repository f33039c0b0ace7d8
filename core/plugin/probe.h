// SPDX-License-Identifier: MIT
// Opens a library for the first time in a child process, with a limit of five seconds, and runs the descriptor checks
// there: a constructor that crashes, an entry that hangs or a table of wild pointers costs the child, not us.
// [control], no other threads.
#pragma once
#include <string>

#include "plugin/problems.h"

namespace postern::plugin {

// What the child found; ids PLUGIN-PROBE-CRASHED, PLUGIN-PROBE-TIMEOUT, PLUGIN-OPEN-FAILED beside those of
// read_library().
Problems probe_library(const std::string& file);

}  // namespace postern::plugin
