/* SPDX-License-Identifier: MIT */
/* Wrong: an id that is no reversed domain. */
#define ID "Scanner One"
#include "../good.h"
