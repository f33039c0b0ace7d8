/* SPDX-License-Identifier: MIT */
/* postern/verdicts.h - service "postern.verdicts/1" of hosts from 1.1 on: what this instance found before in the same
 * bytes, for scanners that run once per mail (POSTERN_RUN_WHOLE). For scanners that run once per part the flag
 * POSTERN_RUN_CACHEABLE is enough. Offered to scanners only; where nothing is remembered, nothing is known. */
#ifndef POSTERN_VERDICTS_H
#define POSTERN_VERDICTS_H
#include <postern/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
#define POSTERN_VERDICTS "postern.verdicts/1"

typedef struct postern_verdicts {
  uint32_t size, reserved;
  /* 1: examined before, with the same options, engine and signatures (the versions that health tells); the host has
   * added the findings of then to this job, so do not report again. 0: not known, examine it. < 0: as 0. [any] */
  postern_rc (*known)(postern_inst self, postern_job job, postern_part part);
  /* The findings this job has for this very part are the engine's complete verdict on its bytes, none: clean. Not for
   * what failed, was cut or depends on more than the bytes. [any] */
  postern_rc (*examined)(postern_inst self, postern_job job, postern_part part);
} postern_verdicts;

#ifdef __cplusplus
}
#endif
#endif
