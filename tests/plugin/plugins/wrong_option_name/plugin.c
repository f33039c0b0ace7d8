/* SPDX-License-Identifier: MIT */
/* Wrong: an option with a name that the host reads itself. */
#include <postern/plugin.h>
static const postern_option options[1] = {{.name = "timeout", .help = "how long", .type = POSTERN_T_DURATION}};
#define OPTIONS .options = options, .option_count = 1, .option_stride = sizeof(postern_option)
#include "../good.h"
