/* SPDX-License-Identifier: MIT */
/* Wrong: a scanner without run(). */
#define RUN NULL
#include "../good.h"
