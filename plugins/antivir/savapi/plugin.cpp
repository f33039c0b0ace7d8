// SPDX-License-Identifier: MIT
#include "scanner.h"

POSTERN_PLUGIN(postern::savapi::Scanner, "org.postern.savapi", "SAVAPI", "1.0", "Postern", "MIT", "")
