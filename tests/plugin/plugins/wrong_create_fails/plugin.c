/* SPDX-License-Identifier: MIT */
/* Wrong: create() says that the engine is not there. */
#include <postern/plugin.h>
#define CREATE create
static postern_rc create(const postern_host *h, postern_inst inst, void **self) {
  (void)self;
  return h->fail(inst, 0, POSTERN_E_UNAVAILABLE, "nobody at home", 14);
}
#include "../good.h"
