// SPDX-License-Identifier: MIT
#include "scanner.h"

POSTERN_PLUGIN(postern::socket::Scanner, "org.postern.socket", "Socket", "1.0", "Postern", "MIT", "")
