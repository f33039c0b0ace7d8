/* SPDX-License-Identifier: MIT */
/* Wrong: the entry follows a null pointer. */
static const volatile int *nowhere;
#define ENTRY return *nowhere ? &descriptor : NULL
#include "../good.h"
