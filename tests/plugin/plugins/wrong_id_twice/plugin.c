/* SPDX-License-Identifier: MIT */
/* Wrong: two plug-ins of the library have one id. */
#define ENTRY return nth < 2 ? &descriptor : NULL
#include "../good.h"
