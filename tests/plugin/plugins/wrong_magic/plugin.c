/* SPDX-License-Identifier: MIT */
/* Wrong: the magic of something else. */
#define MAGIC { 'S', 'O', 'M', 'E', 'B', 'O', 'D', 'Y' }
#include "../good.h"
