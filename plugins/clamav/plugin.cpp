// SPDX-License-Identifier: MIT
#include "scanner.h"

POSTERN_PLUGIN(postern::clamav::Scanner, "org.postern.clamav", "ClamAV", "1.0", "Postern", "MIT", "")
