// SPDX-License-Identifier: MIT
#include "scanner.h"

POSTERN_PLUGIN(postern::drwebd::Scanner, "org.postern.drwebd", "Dr.Web daemon", "1.0", "Postern", "MIT", "")
