/* SPDX-License-Identifier: MIT */
/* Wrong: a string that points nowhere. */
#define NAME (const char *)16
#include "../good.h"
