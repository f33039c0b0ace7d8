// SPDX-License-Identifier: MIT
// Looks at a library without running anything of it: is it ELF of this machine, does it export the one symbol and
// nothing else, does it ask for an executable stack, does it import functions a plug-in must not call (a warning, with
// their names). Damaged files are refused, never trusted: every offset is checked against the file's size.
#pragma once
#include <string>
#include <string_view>

#include "plugin/problems.h"

namespace postern::plugin {

// Ids: PLUGIN-ELF-UNREADABLE, PLUGIN-ELF-FORMAT, PLUGIN-ELF-MACHINE, PLUGIN-ELF-BROKEN, PLUGIN-NO-ENTRY,
// PLUGIN-EXTRA-SYMBOLS, PLUGIN-EXEC-STACK, PLUGIN-FORBIDDEN-IMPORT (warning).
Problems check_elf(const std::string& path);
// The same for bytes in memory: tests and fuzzers.
Problems check_elf(const std::string& path, std::string_view bytes);

}  // namespace postern::plugin
