/* SPDX-License-Identifier: MIT */
/* Wrong: a return code that does not exist. */
#define RUN run
#include <postern/plugin.h>
static postern_rc run(void *self, postern_job job, postern_part part) {
  (void)self, (void)job, (void)part;
  return 77;
}
#include "../good.h"
