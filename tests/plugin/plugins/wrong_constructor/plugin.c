/* SPDX-License-Identifier: MIT */
/* Wrong: a constructor follows a wild pointer when the library is opened. Not null: a sanitizer would see that. */
#include "../good.h"
static const volatile int *const nowhere = (const volatile int *)4096;
__attribute__((constructor)) static void start(void) { instance = (postern_inst)*nowhere; }
