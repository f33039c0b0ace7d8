/* SPDX-License-Identifier: MIT */
/* postern/spawn.h - service "postern.spawn/1": command-line engines. The host forks, limits, kills and collects; the
 * plug-in only reads the result. Same rules as postern/plugin.h. Not offered in the confined process. */
#ifndef POSTERN_SPAWN_H
#define POSTERN_SPAWN_H
#include <postern/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
#define POSTERN_SPAWN "postern.spawn/1"

enum { POSTERN_SPAWN_OUTPUT_CUT = 1 /* more than max_output was written: out is incomplete */ };

typedef struct postern_spawned { /* the caller sets size */
  uint32_t size, flags;
  int32_t exit_status; /* 0..255, or -1 when it did not exit by itself */
  int32_t signal;      /* the signal that ended it, or 0 */
  postern_bytes out, err; /* lent until the job ends */
} postern_spawned;

typedef struct postern_spawn {
  uint32_t size, reserved;
  /* Runs argv (NULL-terminated, no shell, argv[0] an absolute path) in a process group of its own, with an empty
   * environment but for PATH, LC_ALL=C and TMPDIR, a private empty working directory that is removed afterwards, and
   * stdin_part's bytes (0: nothing) on standard input. An element "{path}" becomes the path of a file in that directory
   * that holds stdin_part's bytes and has a name of the host's choosing. Blocks until the command ends; at the job's
   * deadline its whole group is killed and the call returns POSTERN_E_TIMEOUT. [worker] */
  postern_rc (*run)(postern_inst self, postern_job job, const char *const *argv, postern_part stdin_part,
                    uint64_t max_output, postern_spawned *out);
} postern_spawn;

#ifdef __cplusplus
}
#endif
#endif
