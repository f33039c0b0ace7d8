/* SPDX-License-Identifier: MIT */
/* Wrong: a required string is not UTF-8. */
#define NAME "\xff\xfe"
#include "../good.h"
