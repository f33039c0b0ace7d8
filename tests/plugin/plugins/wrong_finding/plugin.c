/* SPDX-License-Identifier: MIT */
/* Wrong: a finding of a category that does not exist, and then success. */
#define RUN run
#include <postern/plugin.h>
static postern_rc run(void *self, postern_job job, postern_part part);
#include "../good.h"
static postern_rc run(void *self, postern_job job, postern_part part) {
  postern_finding finding = {.size = sizeof finding, .category = 99, .part = part, .name = {"X", 1}};
  (void)self;
  (void)host->finding(job, &finding);
  return POSTERN_OK;
}
