// SPDX-License-Identifier: MIT
#include "clamscan/scanner.h"

POSTERN_PLUGIN(postern::clamscan::Scanner, "org.postern.clamscan", "ClamAV clamscan", "1.0", "Postern", "MIT", "")
