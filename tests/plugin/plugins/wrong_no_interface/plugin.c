/* SPDX-License-Identifier: MIT */
/* Wrong: a kind that nobody knows. */
#define KIND "postern.oracle/1"
#include "../good.h"
