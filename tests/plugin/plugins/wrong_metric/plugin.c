/* SPDX-License-Identifier: MIT */
/* Wrong: a metric of an unknown kind. */
#include <postern/plugin.h>
static const postern_metric metrics[1] = {{.name = "scans", .unit = "1", .help = "scans", .kind = 9}};
#define METRICS .metrics = metrics, .metric_count = 1, .metric_stride = sizeof(postern_metric)
#include "../good.h"
