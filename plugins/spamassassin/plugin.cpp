// SPDX-License-Identifier: MIT
#include "scanner.h"

POSTERN_PLUGIN(postern::spamassassin::Scanner, "org.postern.spamassassin", "SpamAssassin", "1.0", "Postern", "MIT", "")
