/* SPDX-License-Identifier: MIT */
/* Wrong: imports a function that belongs to the host; it is only warned of. */
#include <sys/stat.h>
#include "../good.h"
__attribute__((used)) static void touch(void) { (void)umask(0); }
