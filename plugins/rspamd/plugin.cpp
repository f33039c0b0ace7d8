// SPDX-License-Identifier: MIT
#include "scanner.h"

POSTERN_PLUGIN(postern::rspamd::Scanner, "org.postern.rspamd", "Rspamd", "1.0", "Postern", "MIT", "")
