/* SPDX-License-Identifier: MIT */
/* Wrong: ends the process in the middle of a mail, with the exit code of success. */
#define RUN run
#include <stdlib.h>
#include <postern/plugin.h>
static postern_rc run(void *self, postern_job job, postern_part part);
#include "../good.h"
static postern_rc run(void *self, postern_job job, postern_part part) {
  (void)self, (void)job, (void)part;
  exit(0);
}
