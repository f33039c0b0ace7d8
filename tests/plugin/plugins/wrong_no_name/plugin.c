/* SPDX-License-Identifier: MIT */
/* Wrong: a required string is NULL. */
#define NAME NULL
#include "../good.h"
