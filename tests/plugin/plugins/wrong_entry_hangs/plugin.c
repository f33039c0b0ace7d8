/* SPDX-License-Identifier: MIT */
/* Wrong: the entry never comes back. */
static volatile int forever = 1;
#define ENTRY         \
  while (forever) {   \
  }                   \
  return &descriptor
#include "../good.h"
