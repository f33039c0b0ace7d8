/* SPDX-License-Identifier: MIT */
/* Wrong: a constructor follows a null pointer when the library is opened. */
#include "../good.h"
static const volatile int *nowhere;
__attribute__((constructor)) static void start(void) { instance = (postern_inst)*nowhere; }
