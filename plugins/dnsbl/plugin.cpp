// SPDX-License-Identifier: MIT
#include "scanner.h"

POSTERN_PLUGIN(postern::dnsbl::Scanner, "org.postern.dnsbl", "DNS lists", "1.0", "Postern", "MIT", "")
