/* SPDX-License-Identifier: MIT */
/* Wrong: needs a minor version that does not exist yet. */
#define NEED_MINOR 4
#define ID "com.acme.scan"
#define NAME "Acme Scan"
#include "../good.h"
