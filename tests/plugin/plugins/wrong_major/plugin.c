/* SPDX-License-Identifier: MIT */
/* Wrong: built for another major version. */
#define MAJOR 2
#include "../good.h"
