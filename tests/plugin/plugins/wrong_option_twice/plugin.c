/* SPDX-License-Identifier: MIT */
/* Wrong: one option is declared twice. */
#include <postern/plugin.h>
static const postern_option options[2] = {{.name = "level", .help = "how deep", .type = POSTERN_T_INT},
                                          {.name = "level", .help = "how deep again", .type = POSTERN_T_INT}};
#define OPTIONS .options = options, .option_count = 2, .option_stride = sizeof(postern_option)
#include "../good.h"
