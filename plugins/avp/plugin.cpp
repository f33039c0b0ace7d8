// SPDX-License-Identifier: MIT
#include "scanner.h"

POSTERN_PLUGIN(postern::avp::Scanner, "org.postern.avp", "Kaspersky", "1.0", "Postern", "MIT", "")
