// SPDX-License-Identifier: MIT
// The host's functions, of which the nth call fails: does the plug-in notice? One at a time in a process.
#pragma once
#include <cstdint>

#include "postern/plugin.h"

namespace postern::tool {

// Counts from the next call; 0: none fails.
void fail_call(uint64_t nth);
uint64_t calls_made();
const postern_host& faulty_host();

}  // namespace postern::tool
