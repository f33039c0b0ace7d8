/* SPDX-License-Identifier: MIT */
/* Wrong: a decoder that leaves a child open. */
#define KIND POSTERN_DECODER
#define RUN run
#include <postern/plugin.h>
static postern_rc run(void *self, postern_job job, postern_part part);
#include "../good.h"
static postern_rc run(void *self, postern_job job, postern_part part) {
  postern_child child = {.size = sizeof child, .parent = part, .name = {"half", 4}};
  postern_sink sink = 0;
  postern_rc rc = host->child_open(job, &child, &sink);
  (void)self;
  return rc < 0 ? rc : host->child_write(job, sink, "begun", 5);
}
