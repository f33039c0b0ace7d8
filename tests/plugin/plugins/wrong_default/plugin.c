/* SPDX-License-Identifier: MIT */
/* Wrong: a default that its own type refuses. */
#include <postern/plugin.h>
static const postern_option options[1] = {{.name = "patience", .deflt = "5x", .help = "how long", .type = POSTERN_T_DURATION}};
#define OPTIONS .options = options, .option_count = 1, .option_stride = sizeof(postern_option)
#include "../good.h"
