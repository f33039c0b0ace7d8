/* SPDX-License-Identifier: MIT */
/* Wrong: an entry that offers nothing. */
#define ENTRY return host ? &descriptor : NULL
#include "../good.h"
