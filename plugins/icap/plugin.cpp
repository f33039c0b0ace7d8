// SPDX-License-Identifier: MIT
#include "scanner.h"

POSTERN_PLUGIN(postern::icap::Scanner, "org.postern.icap", "ICAP", "1.0", "Postern", "MIT", "")
