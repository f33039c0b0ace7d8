/* SPDX-License-Identifier: MIT */
/* Wrong: no create(). */
#define CREATE NULL
#include "../good.h"
