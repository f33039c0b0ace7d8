/* SPDX-License-Identifier: MIT */
/* Wrong: linked to want an executable stack. */
#include "../good.h"
