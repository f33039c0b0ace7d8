/* SPDX-License-Identifier: MIT */
/* Wrong: a second symbol leaves the library, as without the version script. */
#include "../good.h"
POSTERN_EXPORT int helper(void);
POSTERN_EXPORT int helper(void) { return 1; }
