/* SPDX-License-Identifier: MIT */
/* Wrong: the entry follows a wild pointer. Not null: a sanitizer would see that. */
static const volatile int *const nowhere = (const volatile int *)4096;
#define ENTRY return *nowhere ? &descriptor : NULL
#include "../good.h"
