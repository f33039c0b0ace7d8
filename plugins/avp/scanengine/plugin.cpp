// SPDX-License-Identifier: MIT
#include "scanengine/scanner.h"

POSTERN_PLUGIN(postern::scanengine::Scanner, "org.postern.scanengine", "Kaspersky Scan Engine", "1.0", "Postern", "MIT",
               "")
