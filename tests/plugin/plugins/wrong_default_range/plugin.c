/* SPDX-License-Identifier: MIT */
/* Wrong: a default outside of its own range. */
#include <postern/plugin.h>
static const postern_option options[1] = {
    {.name = "level", .deflt = "11", .help = "how deep", .min = 1, .max = 10, .type = POSTERN_T_INT}};
#define OPTIONS .options = options, .option_count = 1, .option_stride = sizeof(postern_option)
#include "../good.h"
