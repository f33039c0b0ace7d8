// SPDX-License-Identifier: MIT
#include "scanner.h"

POSTERN_PLUGIN(postern::antivir::Scanner, "org.postern.antivir", "H+BEDV AntiVir", "1.0", "Postern", "MIT", "")
