// SPDX-License-Identifier: MIT
#include "scanner.h"

POSTERN_PLUGIN(postern::command::Scanner, "org.postern.command", "Command", "1.0", "Postern", "MIT", "")
