/* SPDX-License-Identifier: MIT */
/* Wrong: a descriptor smaller than the first one. */
#define SIZE 64
#include "../good.h"
