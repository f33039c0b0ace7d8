/* SPDX-License-Identifier: MIT */
/* Wrong: a stride shorter than an option. */
#include <postern/plugin.h>
static const postern_option options[1] = {{.name = "level", .help = "how deep", .type = POSTERN_T_INT}};
#define OPTIONS .options = options, .option_count = 1, .option_stride = 40
#include "../good.h"
