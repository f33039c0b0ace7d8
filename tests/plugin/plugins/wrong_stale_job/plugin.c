/* SPDX-License-Identifier: MIT */
/* Wrong: keeps the handle of a job and uses it in the next one. */
#define RUN run
#include <postern/plugin.h>
static postern_rc run(void *self, postern_job job, postern_part part);
#include "../good.h"
static postern_job kept_job;
static postern_part kept_part;
static postern_rc run(void *self, postern_job job, postern_part part) {
  postern_bytes bytes;
  postern_rc rc = POSTERN_OK;
  (void)self;
  if (kept_job != 0) rc = host->part_map(kept_job, kept_part, &bytes);
  if (kept_part != 0 && rc == POSTERN_E_STALE) rc = host->part_map(job, kept_part, &bytes);
  kept_job = job;
  kept_part = part;
  return rc;
}
