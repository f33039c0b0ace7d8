/* SPDX-License-Identifier: MIT */
/* postern/wait.h - service "postern.wait/1" of hosts from 1.1 on: to wait for an engine without keeping the thread. A
 * scanner with POSTERN_RUN_WAITS does all its waiting here (postern.spawn/1 waits so, too); the host then runs it beside
 * others in one thread and no thread is woken for it. Where there is nobody to go on meanwhile it is poll(2).
 *
 * What such a scanner promises: it does not compute for long, since others stand still meanwhile; it calls nothing else
 * that blocks (no sleep(), no getaddrinfo(), no read() of a blocking descriptor); and it holds no lock while it waits,
 * since another instance in the same thread may want it. Its thread is the same after the wait, errno is the wait's. */
#ifndef POSTERN_WAIT_H
#define POSTERN_WAIT_H
#include <poll.h>
#include <postern/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
#define POSTERN_WAIT "postern.wait/1"

typedef struct postern_wait {
  uint32_t size, reserved;
  /* As poll(2), errors included. count 0: only for time to pass. milliseconds < 0: for ever, which the job's deadline
   * ends: from then on it returns at once. [any] */
  int32_t (*poll)(struct pollfd *descriptors, uint64_t count, int32_t milliseconds);
  /* The same for a call that asks nobody anything any more and only works out its result from what comes. The host needs
   * the results of all before it goes on, and may leave what has come until the others have theirs, for half a second at
   * most. The times are kept. Check size: it came after poll. [any] */
  int32_t (*poll_last)(struct pollfd *descriptors, uint64_t count, int32_t milliseconds);
} postern_wait;

#ifdef __cplusplus
}
#endif
#endif
