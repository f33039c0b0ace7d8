/* SPDX-License-Identifier: MIT */
/* postern/learn.h - interface "postern.learn/1" of scanners that can be taught: where a mail is released from the
 * quarantine, or reported by its recipient, the host says what it really was. */
#ifndef POSTERN_LEARN_H
#define POSTERN_LEARN_H
#include <postern/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
#define POSTERN_LEARN "postern.learn/1"

enum { POSTERN_LEARN_HAM = 1, POSTERN_LEARN_SPAM = 2, POSTERN_LEARN_FORGET = 3 };

typedef struct postern_learn {
  uint32_t size, reserved;
  /* mail: the mail's part, with its recipients and sender as facts, as in a scan. Blocks; watches time_left(). A mail
   * that was learned before is POSTERN_OK. Findings are not wanted. In a process of its own, never in a worker that
   * has a mail. [worker] */
  postern_rc (*learn)(void *self, postern_job job, postern_part mail, int32_t kind);
} postern_learn;

#ifdef __cplusplus
}
#endif
#endif
