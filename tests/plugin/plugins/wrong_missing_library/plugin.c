/* SPDX-License-Identifier: MIT */
/* Wrong: needs a function that no library has. */
extern int function_of_a_missing_library(void);
#define ENTRY return function_of_a_missing_library() ? &descriptor : NULL
#include "../good.h"
