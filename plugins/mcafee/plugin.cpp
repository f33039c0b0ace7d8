// SPDX-License-Identifier: MIT
#include "scanner.h"

POSTERN_PLUGIN(postern::mcafee::Scanner, "org.postern.mcafee", "McAfee (NAI) uvscan", "1.0", "Postern", "MIT", "")
